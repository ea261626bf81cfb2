#include "CV4L2.h"

#include <errno.h>
#include <sys/ioctl.h>

int nd_v4l2_query_capability(int device, struct v4l2_capability *capability) {
    int result;
    do {
        result = ioctl(device, VIDIOC_QUERYCAP, capability);
    } while (result == -1 && errno == EINTR);
    return result;
}
