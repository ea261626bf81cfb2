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

// Sums the four quarters of each cell of 8 x 8, and how much neighbouring samples of the cell differ.
//
// Cells that are cut by the right or bottom edge are left out: there are width / 8 columns and height / 8 rows, without
// gaps between the rows. quarters has four sums for each cell: top left, top right, bottom left, bottom right. detail is
// the sum of the absolute differences of all 112 pairs of samples of one cell that touch in its rows or its columns.
void nd_cell_structure(nd_target target, const uint8_t *plane, size_t stride, size_t width, size_t height,
                       uint16_t *quarters, uint16_t *detail);

// A gain of 1.
#define ND_GAIN_ONE 8192
// nd_light's scratch room: so many rows, each so much longer than a row of cells.
#define ND_LIGHT_ROWS 4
#define ND_LIGHT_MARGIN 68

// Estimates the gain of each neighbourhood of 5 x 5 cells, in 1/8192: how much brighter it is than its background.
//
// now and background are sums of cells as nd_cell_sums gives them, samples how many of each cell's count (0...64), all
// of them columns x rows without gaps; the sums of the whole picture stay below 2^31. Cells with left_out not 0 do not
// count. A cell of which fewer than a third of the neighbours' samples count takes the gain of the whole picture. Then
// the cells that differ from what their gain lets expect by more than two levels a sample and a thirty-second are left
// out as well: left_out is set to 1, and the gains around them are estimated again. cell_gains has one gain for each
// cell, gains each of them 8 times.
//
// Returns the sum of the differences of the cells that counted at first, in 1/1000 of their background's sum.
int32_t nd_light(nd_target target, const uint16_t *now, const uint16_t *background, const uint8_t *samples,
                 uint8_t *left_out, size_t columns, size_t rows, int32_t *scratch, int16_t *cell_gains,
                 int16_t *gains);

// ---------------------------------------------------------------------------------------------------- area means

// The most rows or columns of a source that one sample of a resampled picture may be made of.
#define ND_AREA_ROWS 128

// One axis of an area resampling: what each of `size` output samples is made of.
typedef struct {
    size_t source_size;
    size_t size;
    // Weights of an output sample, `taps` apart; they add up to 16384.
    size_t taps;
    // The first source sample of each output sample, and how many there are: 1...min(taps, ND_AREA_ROWS).
    const int32_t *starts;
    const int32_t *counts;
    const int16_t *weights;
} nd_area_axis;

// Resamples a picture to weighted means: rows first, rounded to 1/64 levels in `row`, which has room for a source row;
// then columns, rounded to whole levels.
void nd_area(nd_target target, const uint8_t *src, size_t src_stride, const nd_area_axis *columns,
             const nd_area_axis *rows, int16_t *row, uint8_t *dst, size_t dst_stride);

// ------------------------------------------------------------------------------------------------- the plate net

// Pixels of zeros before and after each row of a tensor.
#define ND_NET_MARGIN 2
// The most taps of a convolution: rows * columns * pairs of channels of its input.
#define ND_NET_TAPS 1600
// Pairs of rows that a depthwise convolution keeps in its scratch room.
#define ND_NET_ZIPS 6

// A stack of pictures of 16-bit samples inside an arena, two channels of a pixel side by side.
//
// The row y of the pair of channels p begins at `at` + (y * pairs + p) * stride; channel c of the pixel x is its sample
// 2 * x + c % 2. Before each row are ND_NET_MARGIN pixels of zeros that nobody writes; behind it is room for
// nd_net_slack() pixels, of which the first ND_NET_MARGIN are zeros after each kernel.
typedef struct {
    size_t at;
    size_t width;
    size_t height;
    size_t pairs;
    size_t stride;
} nd_tensor;

// A layer's window and what becomes of its sums: (sum + bias) >> shift, then low...high. The bias holds the rounding.
typedef struct {
    size_t rows;
    size_t columns;
    // Rows and columns of the window before its middle.
    ptrdiff_t top;
    ptrdiff_t left;
    size_t row_step;
    // 1 or 2; with 2 the input has an even width.
    size_t column_step;
    int32_t shift;
    int32_t low;
    int32_t high;
    // A row of zeros in the arena, as long as the input's longest with its slack, ND_NET_MARGIN pixels from its start.
    size_t zeros;
    // Room for rows of scratch_stride samples, margins included, ND_NET_MARGIN pixels from its start: for a convolution
    // with a column step of 2 it is rows * pairs * 2 of them, for a depthwise one 4 * ND_NET_ZIPS.
    size_t scratch;
    size_t scratch_stride;
} nd_layer;

// Pixels behind a tensor's row that kernels may read and write.
size_t nd_net_slack(void);

// Writes (sample - mean) * gain as a tensor of one pair, whose pixels are two samples side by side.
void nd_net_luma(nd_target target, const uint8_t *src, size_t src_stride, size_t width, size_t height, int16_t mean,
                 int16_t gain, int16_t *arena, const nd_tensor *output);

// A convolution. The output has an even number of pairs.
//
// weights holds for each two pairs of output channels, for each tap (row, column, pair of input channels), four lanes of
// two weights: the first input channel's in the low half. No sum of products may leave 32 bits with its bias.
void nd_net_conv(nd_target target, int16_t *arena, const nd_tensor *input, const nd_tensor *output,
                 const nd_layer *layer, const int32_t *weights, const int32_t *bias);

// A convolution of each channel with itself, 1, 3 or 5 rows and columns.
//
// weights holds for each channel, for each two rows of the window, for each column, one lane of two weights: the upper
// row's in the low half.
void nd_net_depthwise(nd_target target, int16_t *arena, const nd_tensor *input, const nd_tensor *output,
                      const nd_layer *layer, const int32_t *weights, const int32_t *bias);

// The sum of a tensor and one of half its size, each of whose pixels counts for 2 x 2; saturated, then low...high.
void nd_net_add(nd_target target, int16_t *arena, const nd_tensor *fine, const nd_tensor *coarse,
                const nd_tensor *output, const nd_layer *layer);

// The plate net's weights file, NeuronVision/Plates/plates.weights, and its size in bytes.
const uint8_t *nd_plate_weights(size_t *count);

#ifdef __cplusplus
}
#endif

#endif
