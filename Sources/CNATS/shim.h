// libnats. <nats.h> only says that it has moved, by a warning, and warnings are errors here.
#ifndef ND_CNATS_SHIM_H
#define ND_CNATS_SHIM_H

#include <nats/nats.h>

#endif
