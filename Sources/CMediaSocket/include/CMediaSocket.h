#ifndef CMEDIASOCKET_H
#define CMEDIASOCKET_H

/* Filled below. */

#endif
