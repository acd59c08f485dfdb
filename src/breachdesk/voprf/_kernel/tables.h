/* Scalars of their own for each element: digits in lanes, and tables that several scalars share.
 *
 * Most of a multiplication is doublings. Here the element is doubled once, for all of its scalars:
 * PARTS points 16^(j PART_DIGITS) P are kept with their multiples, every scalar is read in PARTS
 * rows of digits beside one another, and is left with the doublings of one row.
 */
#ifndef BREACHDESK_TABLES_H
#define BREACHDESK_TABLES_H

#include "group.h"

#define PART_DIGITS (DIGITS / PARTS)

/* Of the elements of one word. */
typedef struct {
  addend part[PARTS][MULTIPLES];
} table;

static inline void fill_table(table *out, point p) {
  for (int j = 0; j < PARTS; j++) {
    fill_multiples(out->part[j], p);
    quotients q = {p.x, p.z, p.y, p.z};
    if (j == PARTS - 1) break;
    for (int k = 0; k < 4 * PART_DIGITS; k++) q = twice(q);
    p = point_of(q);
  }
}

/* In each lane the double of its scalar times its element: what `encode_double` takes. */
static inline quotients multiply_table_twice(const table *from, const word digits[DIGITS]) {
  quotients q = {fe_constant(ZERO), fe_constant(ONE), fe_constant(ONE), fe_constant(ONE)};
  for (int i = PART_DIGITS - 1; i >= 0; i--) {
    if (i < PART_DIGITS - 1)
      for (int k = 0; k < 4; k++) q = twice(q);
    for (int j = 0; j < PARTS; j++)
      q = add(point_of(q), look_up(from->part[j], digits[j * PART_DIGITS + i]));
  }
  return twice(q);
}

#endif
