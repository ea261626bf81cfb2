// What Swift cannot import of FFmpeg by itself: macros that compute a value. Each keeps its word behind `nd_`.
#ifndef ND_CFFMPEG_SHIM_H
#define ND_CFFMPEG_SHIM_H

#include <errno.h>
#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

// A cast inside the macro.
static const int64_t nd_AV_NOPTS_VALUE = AV_NOPTS_VALUE;

// Function-like macros over four characters.
static const int nd_AVERROR_EOF = AVERROR_EOF;
static const int nd_AVERROR_EXIT = AVERROR_EXIT;
static const int nd_AVERROR_INVALIDDATA = AVERROR_INVALIDDATA;
static const int nd_AVERROR_DECODER_NOT_FOUND = AVERROR_DECODER_NOT_FOUND;
static const int nd_AVERROR_DEMUXER_NOT_FOUND = AVERROR_DEMUXER_NOT_FOUND;
static const int nd_AVERROR_PROTOCOL_NOT_FOUND = AVERROR_PROTOCOL_NOT_FOUND;
static const int nd_AVERROR_STREAM_NOT_FOUND = AVERROR_STREAM_NOT_FOUND;
static const int nd_AVERROR_PATCHWELCOME = AVERROR_PATCHWELCOME;
static const int nd_AVERROR_HTTP_BAD_REQUEST = AVERROR_HTTP_BAD_REQUEST;
static const int nd_AVERROR_HTTP_UNAUTHORIZED = AVERROR_HTTP_UNAUTHORIZED;
static const int nd_AVERROR_HTTP_FORBIDDEN = AVERROR_HTTP_FORBIDDEN;
static const int nd_AVERROR_HTTP_NOT_FOUND = AVERROR_HTTP_NOT_FOUND;
static const int nd_AVERROR_HTTP_OTHER_4XX = AVERROR_HTTP_OTHER_4XX;
static const int nd_AVERROR_HTTP_SERVER_ERROR = AVERROR_HTTP_SERVER_ERROR;

// AVERROR is a function-like macro.
static inline int nd_AVERROR(int error_number) { return AVERROR(error_number); }

#endif
