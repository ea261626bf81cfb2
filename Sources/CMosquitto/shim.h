// libmosquitto, and what its thread of ours needs beside it. Each name of our own keeps its word behind `nd_`.
#ifndef ND_CMOSQUITTO_SHIM_H
#define ND_CMOSQUITTO_SHIM_H

#include <dlfcn.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stddef.h>
#include <sys/eventfd.h>

// What OpenSSL found wrong with the broker's certificate: an X509_V_ERR number, 0 for nothing, -1 where it cannot be asked.
// libmosquitto only says that the verification failed. It has loaded libssl already, so that the question needs neither
// OpenSSL's headers nor another library on the link line.
static inline long nd_SSL_get_verify_result(const void *ssl) {
    void *program = dlopen(NULL, RTLD_LAZY);
    if (ssl == NULL || program == NULL) return -1;
    long (*ask)(const void *) = (long (*)(const void *))dlsym(program, "SSL_get_verify_result");
    long result = ask == NULL ? -1 : ask(ssl);
    dlclose(program);
    return result;
}

// OpenSSL's own words for such a number.
static inline const char *nd_X509_verify_cert_error_string(long number) {
    void *program = dlopen(NULL, RTLD_LAZY);
    if (program == NULL) return "";
    const char *(*ask)(long) = (const char *(*)(long))dlsym(program, "X509_verify_cert_error_string");
    const char *words = ask == NULL ? "" : ask(number);
    dlclose(program);
    return words;
}

#endif
