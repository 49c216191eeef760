#include "COpenAPI.h"

/* In C23, and in clang 19 or later for every C. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t document[] = {
#embed "openapi.yaml"
};

size_t openapi_count(void) {
    return sizeof document;
}

uint8_t openapi_byte(size_t index) {
    return index < sizeof document ? document[index] : 0;
}
