#ifndef CSOFIASIP_H
#define CSOFIASIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What we need of sofia-sip in a form Swift can import: fixed arguments, opaque pointers, strings copied by the library.
// Except where it says "any thread", a function may be called on the stack's own thread only, and so are all callbacks made.

typedef struct csip_stack csip_stack;
typedef struct csip_timer csip_timer;
/// A sofia handle: one dialog, or one request outside a dialog.
typedef struct csip_handle csip_handle;
/// A parsed SIP message. Valid during the callback that shows it.
typedef struct csip_message csip_message;

typedef enum csip_event_kind {
    /// A response to our INVITE or re-INVITE; also one that the stack made itself (408, 503).
    CSIP_INVITE_RESPONSE = 1,
    /// `state` is where the session is now.
    CSIP_SESSION_STATE,
    /// The session is gone; nothing more comes for this handle.
    CSIP_TERMINATED,
    CSIP_REMOTE_INVITE,
    CSIP_REMOTE_ACK,
    CSIP_REMOTE_BYE,
    CSIP_REMOTE_CANCEL,
    CSIP_REMOTE_INFO,
    CSIP_REMOTE_UPDATE,
    /// A response to a BYE, CANCEL, OPTIONS, UPDATE or PRACK of ours.
    CSIP_BYE_RESPONSE,
    CSIP_OPTIONS_RESPONSE,
    /// A response to a REFER of ours.
    CSIP_REFER_RESPONSE,
    /// A NOTIFY that belongs to one, answered by the stack.
    CSIP_REMOTE_NOTIFY,
    /// A response to `csip_dialog_request`.
    CSIP_REQUEST_RESPONSE,
    /// The stack has let go of everything it held.
    CSIP_SHUT_DOWN,
    /// Another request, of which `method` is the name; unanswered if `status` is below 200.
    CSIP_OTHER_REQUEST,
    CSIP_OTHER
} csip_event_kind;

/// The values of `csip_event.state`, in the order of nua's call states (nua.h): 0 to 10.
typedef enum csip_session_state {
    CSIP_STATE_INIT = 0,
    CSIP_STATE_READY = 8,
    CSIP_STATE_TERMINATING = 9,
    CSIP_STATE_TERMINATED = 10
} csip_session_state;

typedef struct csip_event {
    csip_event_kind kind;
    /// Of the response, or of the response that the stack sent or expects us to send to a request.
    int status;
    /// Never null.
    const char *phrase;
    /// `csip_session_state`, or -1.
    int state;
    /// Null if the event is about the whole stack.
    csip_handle *handle;
    /// What the handle was bound to; 0 for a new incoming dialog.
    uint64_t id;
    /// A body of type application/sdp. Not terminated.
    const char *sdp;
    size_t sdp_length;
    /// The status of a body of type message/sipfrag (RFC 3420), or -1.
    int fragment_status;
    /// The Q.850 cause of a Reason header (RFC 3326), or -1.
    int q850;
    /// Null where no message goes with the event.
    const csip_message *message;
} csip_event;

/// A message as it was sent or received. `peer` is `udp/192.0.2.1:5060`. Lines end with CR LF.
typedef struct csip_trace {
    bool sent;
    const char *peer;
    const char *text;
    size_t length;
} csip_trace;

typedef struct csip_callbacks {
    void *context;
    /// Once, before anything else. Messages may be traced from now on.
    void (*began)(void *context, csip_stack *stack);
    /// Once: whether the stack could be started. If not, no other callback follows but `finished`.
    void (*started)(void *context, csip_stack *stack, bool ok);
    void (*event)(void *context, const csip_event *event);
    void (*trace)(void *context, const csip_trace *trace);
    /// Follows one or more calls of `csip_stack_wake`.
    void (*woken)(void *context);
    void (*timer)(void *context, uint64_t id);
    /// Once, last, as the thread is about to end.
    void (*finished)(void *context);
} csip_callbacks;

/// Starts a thread that runs a stack. `url` is where it listens: `sip:192.0.2.1:5060`, over UDP and TCP. `nameservers` is a path
/// to use instead of /etc/resolv.conf, or null. Any thread. Null if no thread could be made.
csip_stack *csip_stack_start(const char *url, const char *user_agent, const char *nameservers, csip_callbacks callbacks);
/// Has `woken` called. Any thread, until `finished`.
void csip_stack_wake(csip_stack *stack);
/// Whether the caller is on the stack's thread. Any thread, until `csip_stack_join`.
bool csip_stack_is_current(const csip_stack *stack);
/// Ends what is left. CSIP_SHUT_DOWN follows, with a status of 200 or 500.
void csip_stack_shut_down(csip_stack *stack);
/// Leaves the loop, after CSIP_SHUT_DOWN.
void csip_stack_stop(csip_stack *stack);
/// Waits for the thread to end and frees the stack. Any other thread, after `finished`.
void csip_stack_join(csip_stack *stack);

/// Calls `timer` once with `id`; the timer is gone then.
csip_timer *csip_timer_start(csip_stack *stack, int64_t milliseconds, uint64_t id);
/// Only for a timer that has not fired.
void csip_timer_cancel(csip_timer *timer);

typedef struct csip_invite {
    const char *url;
    const char *from;
    const char *to;
    const char *call_id;
    /// "1 INVITE": the number before the one that is sent.
    const char *cseq;
    /// With its branch. A repetition needs another: `csip_handle_authenticate`.
    const char *via;
    const char *contact;
    /// A Route header for requests outside the dialog, or null.
    const char *route;
    /// P-Asserted-Identity (RFC 3325), or null.
    const char *identity;
    const char *sdp;
} csip_invite;

/// Sends an INVITE; its 2xx is acknowledged by `csip_handle_ack`. Events come with `id`. The handle lives until `csip_handle_destroy`.
csip_handle *csip_handle_invite(csip_stack *stack, uint64_t id, const csip_invite *invite);
/// Sends OPTIONS. `route` may be null.
csip_handle *csip_handle_options(
    csip_stack *stack, uint64_t id, const char *url, const char *from, const char *call_id, const char *route);

/// A request in a dialog that this stack does not know. Every field is written as given. `routes` and `via` may be null; with `via`
/// the request repeats that Via, as a CANCEL has to.
typedef struct csip_dialog_request {
    const char *method;
    const char *url;
    const char *from;
    const char *to;
    const char *call_id;
    const char *cseq;
    const char *routes;
    const char *via;
    const char *reason;
} csip_dialog_request;

csip_handle *csip_handle_dialog_request(csip_stack *stack, uint64_t id, const csip_dialog_request *request);

/// Binds a new incoming dialog to `id`.
void csip_handle_bind(csip_handle *handle, uint64_t id);
/// Answers the pending request. `sdp`, `contact` and the whole header line `header` may be null.
void csip_handle_respond(
    csip_handle *handle, int status, const char *phrase, const char *sdp, const char *contact, const char *header);
/// Answers an UPDATE, INFO or other request while others may be pending; to be called during its event.
void csip_handle_respond_to(csip_stack *stack, const csip_event *event, int status, const char *phrase, const char *sdp);
void csip_handle_cancel(csip_handle *handle);
/// Acknowledges the 2xx of an INVITE. Without it the far end repeats its answer.
void csip_handle_ack(csip_handle *handle);
/// `reason` is the value of a Reason header, or null.
/// Sends a REFER (RFC 3515) in the dialog. Both are values of headers, with angle brackets.
void csip_handle_refer(csip_handle *handle, const char *refer_to, const char *referred_by);
void csip_handle_bye(csip_handle *handle, const char *reason);
/// Sends the challenged request again with digest credentials. False if the event holds no challenge. `via` replaces the one that the request
/// was given; null for a request that was given none.
bool csip_handle_authenticate(
    csip_handle *handle, const csip_event *event, const char *user, const char *password, const char *via);
/// Lets go of the handle, and of its dialog if it is still up.
void csip_handle_destroy(csip_handle *handle);

/// Copies the value of the first header called `name` into `buffer`, terminated. Its length, or -1 if there is none or no room.
ptrdiff_t csip_message_header(const csip_message *message, const char *name, char *buffer, size_t capacity);
/// The method of a request, or null.
const char *csip_message_method(const csip_message *message);
/// The user part of the request URI, of P-Asserted-Identity and of From. Null where there is none.
const char *csip_message_request_user(const csip_message *message);
const char *csip_message_identity_user(const csip_message *message);
const char *csip_message_from_user(const csip_message *message);
const char *csip_message_call_id(const csip_message *message);
/// Whether the message came over TCP, by its topmost Via.
bool csip_message_is_tcp(const csip_message *message);
/// Whether a challenge says that only the nonce was too old (RFC 2617 section 3.2.1).
bool csip_message_is_stale(const csip_message *message);

/// MD5 of `text` as 32 lowercase hexadecimal digits and a zero, for digest authentication (RFC 2617). Any thread.
void csip_md5(const char *text, size_t length, char hex[33]);

#endif
