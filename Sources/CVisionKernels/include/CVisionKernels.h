#ifndef ND_VISION_KERNELS_H
#define ND_VISION_KERNELS_H

// The motion detector's kernels: one C++ source on Google Highway, compiled for every instruction set that the compiler
// offers, chosen while the program runs. Each kernel equals its Swift reference in NeuronVision/Reference bit for bit
// on every instruction set; the references are the specification.
//
// Common to all of them: no alignment is required of any pointer; every width and height from 0 on is handled; nothing
// outside the stated rows is read or written; input and output never overlap; strides count elements from one row's
// start to the next's. They keep no state and may run on any number of threads.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// One instruction set that was compiled in, as an index that nd_target_at() gave. The only way to make one.
typedef int32_t nd_target;

// The number of instruction sets that were compiled in and that this machine can run; at least one.
int32_t nd_target_count(void);

// The instruction set at an index from 0 (the best one) to nd_target_count() - 1 (the plainest one).
nd_target nd_target_at(int32_t index);

// Highway's name of the instruction set at that index, such as "AVX2"; a string that is never freed.
const char *nd_target_name_at(int32_t index);

// The value of NEUROND_KERNELS in the environment, or NULL: the name of the instruction set to use.
const char *nd_forced_target(void);

// Shrinks a picture: each output sample is the rounded mean of a block of factor x factor input samples.
//
// factor is one of 1, 2, 3, 4, 6, 8, 12, 16. dst has width / factor columns and height / factor rows: blocks that are
// cut by the right or bottom edge are left out. src has width x height samples.
void nd_downscale(nd_target target, const uint8_t *src, size_t src_stride, size_t width, size_t height, size_t factor,
                  uint8_t *dst, size_t dst_stride);

// Burns masked samples to nothing: plane[i] &= keep[i], keep being 255 or 0. Both are width x height with one stride.
void nd_keep(nd_target target, uint8_t *plane, const uint8_t *keep, size_t stride, size_t width, size_t height);

// Sums the samples of each cell of 8 x 8; cells at the right and bottom edge are as small as the rest of the picture.
//
// sums has ceil(width / 8) columns and ceil(height / 8) rows without gaps between the rows.
void nd_cell_sums(nd_target target, const uint8_t *plane, size_t stride, size_t width, size_t height, uint16_t *sums);

// Compares a picture with its background under a gain, and marks the samples that differ by more than their noise.
//
// background is in 1/128 levels (0...32640), variance in 1/8 levels squared (0...32767), gain in 1/8192 with one row
// for every 8 rows of the picture (0...32767), floor in 1/32 levels. A sample is marked when its difference is above
// floor and the square of the difference, which counts as 63.75 levels at most, is above factor / 1024 variances
// (0...32767; variances count as 128 levels squared at most). Bit x % 8 of byte x / 8 of a row of marks is set there;
// the unused bits of a row's last byte are clear. plane, background, variance and gain share stride; bits_stride >=
// ceil(width / 8).
void nd_compare(nd_target target, const uint8_t *plane, const int16_t *background, const int16_t *variance,
                const int16_t *gain, size_t stride, size_t width, size_t height, int16_t floor, int16_t factor,
                uint8_t *marks, size_t bits_stride);

// Clears the marks of samples that the background next to them explains: in the listed cells of 8 x 8.
//
// A sample whose value lies between the lowest and the highest background of the nine samples around it, under its own
// gain, or outside of that range by no more than nd_compare would allow, is no change: a camera that shakes, a leaf
// that moves a little. At the picture's edges the outermost samples stand for those beyond. cells are indices row *
// cell_columns + column of cells within width x height; units, planes and strides are those of nd_compare.
void nd_trim_cells(nd_target target, const uint8_t *plane, const int16_t *background, const int16_t *variance,
                   const int16_t *gain, size_t stride, size_t width, size_t height, int16_t floor, int16_t factor,
                   const int32_t *cells, size_t count, size_t cell_columns, uint8_t *marks, size_t bits_stride);

// How much of a difference the model takes over in one update, in 1/32768.
typedef struct {
    int16_t background;
    // For the samples that are held.
    int16_t background_held;
    // For all but the moving samples, which keep theirs.
    int16_t variance;
    // The largest square that a held sample adds to its variance, in 1/8 levels squared.
    int16_t variance_held_limit;
} nd_rates;

// Moves background and variance towards a picture, and writes the background in whole levels.
//
// Units as in nd_compare. held and moving are planes of bits like marks. before is an earlier picture: what a held
// sample adds to its variance is no more than its difference from there, so that what stands still is not taken for
// noise. levels and before have the stride of plane.
void nd_update(nd_target target, const uint8_t *plane, const uint8_t *before, int16_t *background, int16_t *variance,
               const int16_t *gain, size_t stride, size_t width, size_t height, const uint8_t *held,
               const uint8_t *moving, size_t bits_stride, nd_rates rates, uint8_t *levels);

// Counts the set bits of each cell of 8 x 8: counts has row_bytes columns and ceil(height / 8) rows without gaps.
void nd_cell_counts(nd_target target, const uint8_t *bits, size_t bits_stride, size_t row_bytes, size_t height,
                    uint8_t *counts);

#ifdef __cplusplus
}
#endif

#endif
