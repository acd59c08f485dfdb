/* The constants of RFC 9496 section 4.1, as five limbs of 51 bits, least significant first. */
#ifndef BREACHDESK_CONSTANTS_H
#define BREACHDESK_CONSTANTS_H

#include <stdint.h>

#define LIMBS 5
#define LIMB_BITS 51
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)

static const uint64_t ZERO[LIMBS] = {0};
static const uint64_t ONE[LIMBS] = {1};
static const uint64_t TWO[LIMBS] = {2};

/* 37095705934669439343138083508754565189542113879843219016388785533085940283555 */
static const uint64_t D[LIMBS] = {0x34dca135978a3, 0x1a8283b156ebd, 0x5e7a26001c029,
                                  0x739c663a03cbb, 0x52036cee2b6ff};

/* 2 * D modulo p */
static const uint64_t TWO_D[LIMBS] = {0x69b9426b2f159, 0x35050762add7a, 0x3cf44c0038052,
                                      0x6738cc7407977, 0x2406d9dc56dff};

/* 19681161376707505956807079304988542015446066515923890162744021073123829784752 */
static const uint64_t SQRT_M1[LIMBS] = {0x61b274a0ea0b0, 0x0d5a5fc8f189d, 0x7ef5e9cbd0c60,
                                        0x78595a6804c9e, 0x2b8324804fc1d};

/* 25063068953384623474111414158702152701244531502492656460079210482610430750235 */
static const uint64_t SQRT_AD_MINUS_ONE[LIMBS] = {0x7f6a0497b2e1b, 0x1836f0a97afd2,
                                                  0x7d747f6be7638, 0x456079e7e6498,
                                                  0x376931bf2b834};

/* 54469307008909316920995813868745141605393597292927456921205312896311721017578 */
static const uint64_t INVSQRT_A_MINUS_D[LIMBS] = {0x0fdaa805d40ea, 0x2eb482e57d339,
                                                  0x007610274bc58, 0x6510b613dc8ff,
                                                  0x786c8905cfaff};

/* 1159843021668779879193775521855586647937357759715417654439879720876111806838 */
static const uint64_t ONE_MINUS_D_SQ[LIMBS] = {0x409c1945fc176, 0x719abc6a1fc4f, 0x1c37f90b20684,
                                               0x06bccca55eedf, 0x029072a8b2b3e};

/* 40440834346308536858101042469323190826248399146238708352240133220865137265952 */
static const uint64_t D_MINUS_ONE_SQ[LIMBS] = {0x55aaa44ed4d20, 0x59603c3332635, 0x26d3baf4a7928,
                                               0x120a66e6997a9, 0x5968b37af66c2};

#endif
