#ifndef CSPANDSP_SHIM_H
#define CSPANDSP_SHIM_H

/* spandsp.h leaves these to whoever includes it. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tiffio.h>

#include <spandsp.h>

#endif
