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

/// What became of a number as people write it.
typedef enum {
    cphonenumber_read_done = 0,
    /// It has no calling code, and no region was given.
    cphonenumber_read_no_country = 1,
    cphonenumber_read_no_number = 2,
    /// No number of its region has that many digits.
    cphonenumber_read_too_short = 3,
    cphonenumber_read_too_long = 4,
    /// The code of its area is missing.
    cphonenumber_read_local = 5,
    cphonenumber_read_extension = 6,
} cphonenumber_read_result;

/// Reads a number as people write it: with spaces and punctuation, with a plus sign or the region's own prefixes. `region` is what a number
/// without a calling code belongs to, as in "ES"; "ZZ" for none. Writes at most `size` bytes of its E.164 form, with a zero behind.
/// Lengths are looked at only where the number is written without a plus sign. Any thread; no C++ exception leaves this function.
cphonenumber_read_result cphonenumber_read(const char *text, const char *region, char *e164, int size);

/// Whether numbers can belong to `region`, as in "ES".
bool cphonenumber_is_region(const char *region);

#ifdef __cplusplus
}
#endif

#endif
