/* Between bytes and points: RFC 9496 sections 4.3.1, 4.3.2 and 4.3.4.
 *
 * Names in the comments are the RFC's. Bounds are in the units of lanes.h.
 */
#ifndef BREACHDESK_RISTRETTO_H
#define BREACHDESK_RISTRETTO_H

#include "group.h"

#define MAPS 2 /* two for each element, side by side */

/* MAP of section 4.3.4, for two values of each lane at once. */
static inline void elligator(quotients out[MAPS], const fe t[MAPS]) {
  fe one = fe_constant(ONE), d = fe_constant(D);
  fe r[MAPS], u[MAPS], v[MAPS], s[MAPS];
  mask was_square[MAPS];
  for (int k = 0; k < MAPS; k++) {
    r[k] = fe_mul(fe_square(t[k]), fe_constant(SQRT_M1));
    u[k] = fe_mul(fe_ready(fe_add(r[k], one)), fe_constant(ONE_MINUS_D_SQ));
    fe minus = fe_sub(fe_constant(ZERO), fe_add(one, fe_mul(r[k], d))); /* -1 - r D */
    v[k] = fe_mul(fe_ready(minus), fe_ready(fe_add(r[k], d)));
  }
  sqrt_ratio_m1(was_square, s, u, v, MAPS);
  for (int k = 0; k < MAPS; k++) {
    fe root = fe_ready(s[k]);
    fe s_prime = fe_mul(root, t[k]);
    s_prime = fe_negate_if(~fe_is_negative(s_prime), s_prime); /* -CT_ABS(s t) */
    root = fe_ready(fe_select(was_square[k], root, s_prime));
    fe c = fe_ready(fe_select(was_square[k], fe_sub(fe_constant(ZERO), one), r[k]));
    fe n = fe_mul(fe_mul(c, fe_ready(fe_sub(r[k], one))), fe_constant(D_MINUS_ONE_SQ));
    n = fe_ready(fe_sub(n, v[k]));
    fe ss = fe_square(root), w0 = fe_mul(root, v[k]);
    out[k].e = fe_ready(fe_add(w0, w0));                      /* w0 = 2 s v */
    out[k].f = fe_mul(n, fe_constant(SQRT_AD_MINUS_ONE));     /* w1 */
    out[k].g = fe_ready(fe_sub(one, ss));                     /* w2 */
    out[k].h = fe_ready(fe_add(one, ss));                     /* w3 */
  }
}

/* Section 4.3.4 without its last step: the element of 64 uniform bytes. x = w0 / w1, y = w2 / w3. */
static inline point from_uniform(const uint8_t *uniform, size_t present) {
  fe t[MAPS] = {fe_load(uniform, UNIFORM_BYTES, present),
                fe_load(uniform + ENCODED_BYTES, UNIFORM_BYTES, present)};
  quotients found[MAPS];
  elligator(found, t);
  return point_of(add(point_of(found[0]), addend_of(point_of(found[1]))));
}

/* Whether the 32 bytes of each lane, loaded as `s`, are below p and even (section 4.3.1, step 1).
 * The top bit, which loading drops, must be zero too. */
static inline mask well_formed(fe s, const uint8_t *encoded, size_t present) {
  uint64_t top[LANES] = {0};
  word high;
  for (size_t lane = 0; lane < present; lane++)
    top[lane] = encoded[lane * ENCODED_BYTES + ENCODED_BYTES - 1] >> 7;
  memcpy(&high, top, sizeof high);
  fe canonical = fe_canonical(s);
  word wrong = high | (s.v[0] & 1);
  for (int i = 0; i < LIMBS; i++) wrong |= s.v[i] ^ canonical.v[i];
  return ((wrong | -wrong) >> 63) - 1;
}

/* Decode (section 4.3.1); the identity in place of what it refuses. */
static inline point from_encoded(const uint8_t *encoded, size_t present) {
  fe one = fe_constant(ONE), zero = fe_constant(ZERO), root;
  mask was_square;
  fe s = fe_load(encoded, ENCODED_BYTES, present);
  mask valid = well_formed(s, encoded, present);
  fe ss = fe_square(s);
  fe u1 = fe_ready(fe_sub(one, ss)), u2 = fe_ready(fe_add(one, ss));
  fe u2_sqr = fe_square(u2);
  fe v = fe_mul(fe_square(u1), fe_constant(D));
  v = fe_ready(fe_sub(zero, fe_add(v, u2_sqr))); /* -(D u1^2) - u2^2 */
  fe v_u2_sqr = fe_mul(v, u2_sqr);
  sqrt_ratio_m1(&was_square, &root, &one, &v_u2_sqr, 1);
  fe den_x = fe_mul(fe_ready(root), u2);
  fe den_y = fe_mul(fe_mul(fe_ready(root), den_x), v);
  fe x = fe_mul(s, den_x);
  x = fe_tight(fe_abs(fe_add(x, x)));
  fe y = fe_mul(u1, den_y);
  fe t = fe_mul(x, y);
  valid &= was_square & ~fe_is_negative(t) & ~fe_is_zero(y);
  return (point){fe_select(valid, x, zero), fe_select(valid, y, one), one,
                 fe_select(valid, t, zero)};
}

/* Encode (section 4.3.2) of a double, canonical; eg and fh are products of its parts, and inverse
 * is I = 1 / (e f g h), or 0 if that is zero.
 *
 * Section 4.3.2 takes the inverse square root of u1 u2^2. For a double given as quotients,
 * x0 = e h, y0 = f g, z0 = f h, t0 = e g, and the root is at hand:
 *   h^2 - g^2 = (h - g)(h + g) = 2 (Z^2 - Y^2) * 2 (Z^2 + X^2) = 4 Z^2 (-1 - d) T^2 = (a - d) e^2
 * by the curve's equation with a = -1 and X Y = Z T, so that
 *   u1 = (z0 + y0)(z0 - y0) = f^2 (h^2 - g^2) = (a - d) e^2 f^2,   u2 = x0 y0 = e f g h,
 *   invsqrt = INVSQRT_A_MINUS_D / (e f * e f g h), up to its sign, which CT_ABS at the end undoes.
 * The rest of section 4.3.2 becomes
 *   den1 = e f I / INVSQRT_A_MINUS_D     den2 = INVSQRT_A_MINUS_D g h I     z_inv = e g I
 *   as it is:  s = | I f h * g (h -+ g) * INVSQRT_A_MINUS_D |   by the sign of x z_inv = e h z_inv
 *   rotated:   s = | I f h * e (f -+ i e) |                     by the sign of i f g z_inv
 * where rotated, x and y are i y0 and i x0, and den_inv is e f I.
 * e f g h is zero exactly for the doubles whose element is the identity (f and h are never zero;
 * e = 0 or g = 0 means x0 = 0 or y0 = 0). There SQRT_RATIO_M1 gives 0 and so does I: s = 0.
 * (Inverting many at once in this way was published with curve25519-dalek.) */
static inline fe encode_double(quotients q, fe eg, fe fh, fe inverse) {
  fe i = fe_constant(SQRT_M1);
  fe z_inv = fe_mul(eg, inverse);
  mask rotate = fe_is_negative(fe_mul(eg, z_inv)); /* t0 z_inv */
  fe x = fe_select(rotate, fe_mul(fe_mul(q.f, i), q.g), fe_mul(q.e, q.h));
  mask negative = fe_is_negative(fe_mul(x, z_inv));
  fe z = fe_tight(fe_select(rotate, q.f, q.h));
  fe y = fe_tight(fe_select(rotate, fe_mul(q.e, i), q.g));
  fe factor = fe_select(rotate, q.e, q.g);
  fe magic = fe_select(rotate, fe_constant(ONE), fe_constant(INVSQRT_A_MINUS_D));
  y = fe_negate_if(~negative, y); /* minus the y of 4.3.2: 4 U */
  fe s = fe_mul(fe_ready(fe_add(z, y)), factor);
  s = fe_mul(fe_mul(s, magic), fe_mul(fh, inverse));
  return fe_canonical(fe_abs(s));
}

#endif
