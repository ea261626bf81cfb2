#include "CV4L2.h"

#include <errno.h>
#include <libv4l2.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>

static int call(int device, unsigned long request, void *argument) {
    int result;
    do {
        result = v4l2_ioctl(device, request, argument);
    } while (result == -1 && errno == EINTR);
    // Some drivers return a number of things where they should return 0.
    return result < 0 ? -1 : 0;
}

int nd_v4l2_register(int device, bool converts) {
    return v4l2_fd_open(device, converts ? 0 : V4L2_DISABLE_CONVERSION) < 0 ? -1 : 0;
}

int nd_v4l2_close(int device) { return v4l2_close(device); }

const uint8_t *nd_v4l2_map(int device, size_t length, uint32_t offset) {
    void *start = v4l2_mmap(NULL, length, PROT_READ, MAP_SHARED, device, offset);
    return start == MAP_FAILED ? NULL : start;
}

int nd_v4l2_unmap(const uint8_t *start, size_t length) { return v4l2_munmap((void *)start, length); }

int nd_v4l2_query_capability(int device, struct v4l2_capability *capability) {
    return call(device, VIDIOC_QUERYCAP, capability);
}

int nd_v4l2_enumerate_format(int device, struct v4l2_fmtdesc *format) { return call(device, VIDIOC_ENUM_FMT, format); }

int nd_v4l2_enumerate_size(int device, struct v4l2_frmsizeenum *size) {
    return call(device, VIDIOC_ENUM_FRAMESIZES, size);
}

int nd_v4l2_enumerate_interval(int device, struct v4l2_frmivalenum *interval) {
    return call(device, VIDIOC_ENUM_FRAMEINTERVALS, interval);
}

int nd_v4l2_get_format(int device, struct v4l2_format *format) { return call(device, VIDIOC_G_FMT, format); }
int nd_v4l2_set_format(int device, struct v4l2_format *format) { return call(device, VIDIOC_S_FMT, format); }

int nd_v4l2_get_parameters(int device, struct v4l2_streamparm *parameters) {
    return call(device, VIDIOC_G_PARM, parameters);
}

int nd_v4l2_set_parameters(int device, struct v4l2_streamparm *parameters) {
    return call(device, VIDIOC_S_PARM, parameters);
}

int nd_v4l2_request_buffers(int device, struct v4l2_requestbuffers *request) {
    return call(device, VIDIOC_REQBUFS, request);
}

int nd_v4l2_query_buffer(int device, struct v4l2_buffer *buffer) { return call(device, VIDIOC_QUERYBUF, buffer); }
int nd_v4l2_queue_buffer(int device, struct v4l2_buffer *buffer) { return call(device, VIDIOC_QBUF, buffer); }
int nd_v4l2_dequeue_buffer(int device, struct v4l2_buffer *buffer) { return call(device, VIDIOC_DQBUF, buffer); }
int nd_v4l2_stream_on(int device, int type) { return call(device, VIDIOC_STREAMON, &type); }
int nd_v4l2_stream_off(int device, int type) { return call(device, VIDIOC_STREAMOFF, &type); }

int nd_v4l2_subscribe_event(int device, struct v4l2_event_subscription *subscription) {
    return call(device, VIDIOC_SUBSCRIBE_EVENT, subscription);
}

int nd_v4l2_dequeue_event(int device, struct v4l2_event *event) { return call(device, VIDIOC_DQEVENT, event); }

int nd_v4l2_query_control(int device, struct v4l2_query_ext_ctrl *control) {
    return call(device, VIDIOC_QUERY_EXT_CTRL, control);
}

int nd_v4l2_query_menu(int device, struct v4l2_querymenu *menu) { return call(device, VIDIOC_QUERYMENU, menu); }

static int one_control(int device, unsigned long request, struct v4l2_ext_control *control) {
    struct v4l2_ext_controls controls;
    memset(&controls, 0, sizeof controls);
    controls.which = V4L2_CTRL_WHICH_CUR_VAL;
    controls.count = 1;
    controls.controls = control;
    return call(device, request, &controls);
}

int nd_v4l2_get_control(int device, uint32_t id, bool is_wide, int64_t *value) {
    struct v4l2_ext_control control;
    memset(&control, 0, sizeof control);
    control.id = id;
    int result = one_control(device, VIDIOC_G_EXT_CTRLS, &control);
    *value = is_wide ? control.value64 : control.value;
    return result;
}

int nd_v4l2_set_control(int device, uint32_t id, bool is_wide, int64_t value) {
    struct v4l2_ext_control control;
    memset(&control, 0, sizeof control);
    control.id = id;
    if (is_wide) {
        control.value64 = value;
    } else {
        control.value = (int32_t)value;
    }
    return one_control(device, VIDIOC_S_EXT_CTRLS, &control);
}

int nd_v4l2_wait(int device, int milliseconds, short *seen) {
    struct pollfd entry = {.fd = device, .events = POLLIN | POLLPRI};
    int result = poll(&entry, 1, milliseconds);
    *seen = entry.revents;
    return result;
}
