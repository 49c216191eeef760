#ifndef COPENAPI_H
#define COPENAPI_H

#include <stddef.h>
#include <stdint.h>

/*
 * The file openapi.yaml, which the compiler puts into the program: nothing has to be found or read when it runs, wherever it is installed.
 * It is given out byte by byte, so that no pointer crosses into Swift.
 */

/* How many bytes it has. */
size_t openapi_count(void);

/* The byte at an index below the count; 0 behind the end. */
uint8_t openapi_byte(size_t index);

#endif
