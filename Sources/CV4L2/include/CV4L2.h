// <linux/videodev2.h>, and the ioctls that Swift cannot call: a variadic function and request numbers made by macros.
#ifndef ND_CV4L2_H
#define ND_CV4L2_H

#include <linux/videodev2.h>

/// Asks a device what it is; repeats a call that a signal interrupted.
///
/// Returns 0, or -1 with errno set.
int nd_v4l2_query_capability(int device, struct v4l2_capability *capability);

#endif
