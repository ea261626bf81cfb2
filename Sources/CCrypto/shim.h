// libcrypto of OpenSSL, for digests.
#ifndef ND_CCRYPTO_SHIM_H
#define ND_CCRYPTO_SHIM_H

#include <openssl/evp.h>

#endif
