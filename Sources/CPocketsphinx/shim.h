#ifndef TRUNKLINE_CPOCKETSPHINX_H
#define TRUNKLINE_CPOCKETSPHINX_H

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fsg_model.h>

// Declared in <string.h> for GNU sources only.
void *memmem(const void *haystack, size_t haystack_size, const void *needle, size_t needle_size);

/// Where `needle` first occurs in `text`, or null.
static inline const void *cps_find(const void *text, size_t text_size, const void *needle, size_t needle_size) {
    return memmem(text, text_size, needle, needle_size);
}

/// A decoder with nothing in its dictionary but what `dictionary` holds, and between words nothing but what `fillers` holds.
/// The phone loop runs on context-independent phones, which costs a hundredth of the others. Null if the model cannot be read.
static inline ps_decoder_t *cps_decoder_new(const char *model, const char *dictionary, const char *fillers) {
    // `cmd_ln_init` is variadic, which Swift cannot call.
    cmd_ln_t *config = cmd_ln_init(
        NULL, ps_args(), TRUE, "-hmm", model, "-dict", dictionary, "-fdict", fillers, "-allphone_ci", "yes",
        // Scores are relative to the best sound that was computed in a frame. Computing only those that the search needs makes a path score
        // worse the more words there are, and what two searches find cannot be compared.
        "-compallsen", "yes", NULL);
    if (config == NULL) return NULL;
    ps_decoder_t *decoder = ps_init(config);
    cmd_ln_free_r(config);
    return decoder;
}

#endif
