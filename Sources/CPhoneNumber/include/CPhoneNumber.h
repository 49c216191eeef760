#ifndef CPHONENUMBER_H
#define CPHONENUMBER_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What libphonenumber says about one number.
typedef struct {
    /// ISO 3166 region, as in "US"; "001" for numbers of no region; empty if unknown.
    char region[4];
    /// PhoneNumberUtil::PhoneNumberType, in its own order; -1 if unknown.
    int type;
    /// Its length is one that the region's plan knows.
    bool possible;
    /// It lies in a range that the region's plan has assigned.
    bool valid;
    /// Its calling code, as in 49; 0 if unknown.
    int calling_code;
    /// The chief of the regions that share the calling code, as in "US" for 1; empty if unknown.
    char main_region[4];
    /// Its digits after the calling code say where it is.
    bool geographical;
} cphonenumber_advice;

/// Fills `advice` for a number in E.164 form. Any thread. Returns false, with `advice` empty, if it could not be read as a
/// number or if the library failed: no C++ exception leaves this function.
bool cphonenumber_advise(const char *number, cphonenumber_advice *advice);

#ifdef __cplusplus
}
#endif

#endif
