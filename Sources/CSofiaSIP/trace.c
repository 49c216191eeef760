#include "stack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// With TPTAG_LOG the transport logs each message on the thread that carries it: a stamp, a rule, the lines indented by three blanks,
// a rule (1.12); or all of it at once without indentation and without the second rule (1.13). CR LF comes out as LF.

#define RULE "------------------------------------------------------------------------"
enum { outside, stamped, inside };
enum { most_bytes = 64 * 1024 };

static bool grow(struct csip_trace_buffer *trace, size_t more) {
    if (trace->length + more > most_bytes) return false;
    if (trace->length + more <= trace->capacity) return true;
    size_t capacity = trace->capacity ? trace->capacity : 4096;
    while (capacity < trace->length + more) capacity *= 2;
    char *text = realloc(trace->text, capacity);
    if (!text) return false;
    trace->text = text, trace->capacity = capacity;
    return true;
}

static void append(struct csip_trace_buffer *trace, const char *bytes, size_t count) {
    if (count > 0 && grow(trace, count)) memcpy(trace->text + trace->length, bytes, count), trace->length += count;
}

/// Reads `recv 812 bytes from udp/[192.0.2.1]:5060 at …`.
static bool read_stamp(struct csip_trace_buffer *trace, const char *line) {
    char what[8], via[8], name[16], address[64];
    unsigned long bytes;
    unsigned port;
    if (sscanf(line, "%7s %lu bytes %7s %15[^/]/[%63[^]]]:%u", what, &bytes, via, name, address, &port) != 6) return false;
    trace->sent = strcmp(via, "to") == 0;
    snprintf(trace->peer, sizeof trace->peer, strchr(address, ':') ? "%s/[%s]:%u" : "%s/%s:%u", name, address, port);
    trace->length = 0;
    return true;
}

static void deliver(csip_stack *stack) {
    struct csip_trace_buffer *trace = &stack->trace;
    trace->stage = outside;
    csip_trace message = { trace->sent, trace->peer, trace->text, trace->length };
    trace->length = 0;
    if (message.length > 0) stack->callbacks.trace(stack->callbacks.context, &message);
}

/// `part` is a whole line with its LF, or the piece of a line that ended without one.
static void take(csip_stack *stack, const char *part, size_t count, bool begins_line, bool indented) {
    struct csip_trace_buffer *trace = &stack->trace;
    bool ends_line = count > 0 && part[count - 1] == '\n';
    if (begins_line && (indented || trace->stage == stamped) && count >= 3 && memcmp(part, "   ", 3) == 0) part += 3, count -= 3;
    bool rule = begins_line && count == sizeof RULE && memcmp(part, RULE, sizeof RULE - 1) == 0;
    if (trace->stage == stamped) {
        if (rule) trace->stage = inside;
    } else if (rule) {
        deliver(stack);
    } else {
        append(trace, part, ends_line ? count - 1 : count);
        if (ends_line) append(trace, "\r\n", 2);
    }
}

void csip_trace_log(void *stream, char const *format, va_list arguments) {
    (void)stream;
    csip_stack *stack = csip_current_stack;
    if (!stack) return;
    struct csip_trace_buffer *trace = &stack->trace;

    char small[2300], *text = small;
    va_list again;
    va_copy(again, arguments);
    int count = vsnprintf(small, sizeof small, format, arguments);
    if (count >= (int)sizeof small && (text = malloc((size_t)count + 1))) vsnprintf(text, (size_t)count + 1, format, again);
    va_end(again);
    if (count <= 0 || !text) return;

    bool whole = false;
    const char *at = text, *end = text + count;
    if (trace->stage == outside) {
        if (!read_stamp(trace, text)) goto done;
        trace->stage = stamped;
        at = memchr(text, '\n', (size_t)count);
        if (!at) goto done;
        at += 1;
        whole = true;
    }
    while (at < end && trace->stage != outside) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        bool begins = trace->length == 0 || trace->text[trace->length - 1] == '\n';
        take(stack, at, (size_t)(next - at), begins, !whole);
        at = next;
    }
    if (whole && trace->stage == inside && trace->length > 0) deliver(stack);
done:
    if (text != small) free(text);
}
