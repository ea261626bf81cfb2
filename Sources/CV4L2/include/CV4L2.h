// <linux/videodev2.h>, and the ioctls that Swift cannot call: a variadic function and request numbers made by macros.
//
// All of them go through libv4l2, which hands them to the kernel as they are until nd_v4l2_register has been called for the
// descriptor. Each repeats a call that a signal interrupted, and returns 0, or -1 with errno set.
#ifndef ND_CV4L2_H
#define ND_CV4L2_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Gives an open descriptor to libv4l2 until nd_v4l2_close: it then speaks the multi-planar API on our behalf, and, where
/// `converts` says so, offers formats that it makes of those the device has.
int nd_v4l2_register(int device, bool converts);
int nd_v4l2_close(int device);

/// Maps a buffer for reading; NULL with errno set where that fails.
const uint8_t *nd_v4l2_map(int device, size_t length, uint32_t offset);
int nd_v4l2_unmap(const uint8_t *start, size_t length);

int nd_v4l2_query_capability(int device, struct v4l2_capability *capability);
int nd_v4l2_enumerate_format(int device, struct v4l2_fmtdesc *format);
int nd_v4l2_enumerate_size(int device, struct v4l2_frmsizeenum *size);
int nd_v4l2_enumerate_interval(int device, struct v4l2_frmivalenum *interval);
int nd_v4l2_get_format(int device, struct v4l2_format *format);
int nd_v4l2_set_format(int device, struct v4l2_format *format);
int nd_v4l2_get_parameters(int device, struct v4l2_streamparm *parameters);
int nd_v4l2_set_parameters(int device, struct v4l2_streamparm *parameters);
int nd_v4l2_request_buffers(int device, struct v4l2_requestbuffers *request);
int nd_v4l2_query_buffer(int device, struct v4l2_buffer *buffer);
int nd_v4l2_queue_buffer(int device, struct v4l2_buffer *buffer);
int nd_v4l2_dequeue_buffer(int device, struct v4l2_buffer *buffer);
int nd_v4l2_stream_on(int device, int type);
int nd_v4l2_stream_off(int device, int type);
int nd_v4l2_subscribe_event(int device, struct v4l2_event_subscription *subscription);
int nd_v4l2_dequeue_event(int device, struct v4l2_event *event);
int nd_v4l2_query_control(int device, struct v4l2_query_ext_ctrl *control);
int nd_v4l2_query_menu(int device, struct v4l2_querymenu *menu);

/// Reads and writes one control; `is_wide` for those of 64 bits.
int nd_v4l2_get_control(int device, uint32_t id, bool is_wide, int64_t *value);
int nd_v4l2_set_control(int device, uint32_t id, bool is_wide, int64_t value);

/// Waits until there is a buffer, an event or an error, at most `milliseconds`; returns what poll does, `seen` its bits.
int nd_v4l2_wait(int device, int milliseconds, short *seen);

#endif
