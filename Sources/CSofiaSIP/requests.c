#include "stack.h"

#define SDP "application/sdp"

static nua_handle_t *new_handle(csip_stack *stack, uint64_t id) {
    return nua_handle(stack->nua, (nua_hmagic_t *)(uintptr_t)id, TAG_END());
}

csip_handle *csip_handle_invite(csip_stack *stack, uint64_t id, const csip_invite *invite) {
    nua_handle_t *handle = new_handle(stack, id);
    if (handle)
        nua_invite(
            handle,
            NUTAG_URL(invite->url),
            SIPTAG_FROM_STR(invite->from), SIPTAG_TO_STR(invite->to), SIPTAG_CALL_ID_STR(invite->call_id),
            SIPTAG_CSEQ_STR(invite->cseq), SIPTAG_VIA_STR(invite->via),
            SIPTAG_CONTACT_STR(invite->contact),
            TAG_IF(invite->route, NUTAG_INITIAL_ROUTE_STR(invite->route)),
            TAG_IF(invite->identity, SIPTAG_P_ASSERTED_IDENTITY_STR(invite->identity)),
            SIPTAG_CONTENT_TYPE_STR(SDP), SIPTAG_PAYLOAD_STR(invite->sdp),
            NUTAG_AUTOACK(0),
            TAG_END());
    return (csip_handle *)handle;
}

csip_handle *csip_handle_options(
    csip_stack *stack, uint64_t id, const char *url, const char *from, const char *call_id, const char *route) {
    nua_handle_t *handle = new_handle(stack, id);
    if (handle)
        nua_options(
            handle, NUTAG_URL(url), SIPTAG_TO_STR(url), SIPTAG_FROM_STR(from), SIPTAG_CALL_ID_STR(call_id),
            TAG_IF(route, NUTAG_INITIAL_ROUTE_STR(route)), TAG_END());
    return (csip_handle *)handle;
}

csip_handle *csip_handle_dialog_request(csip_stack *stack, uint64_t id, const csip_dialog_request *request) {
    nua_handle_t *handle = new_handle(stack, id);
    if (handle)
        nua_method(
            handle,
            NUTAG_METHOD(request->method), NUTAG_URL(request->url), NUTAG_DIALOG(0),
            SIPTAG_FROM_STR(request->from), SIPTAG_TO_STR(request->to), SIPTAG_CALL_ID_STR(request->call_id),
            SIPTAG_CSEQ_STR(request->cseq), SIPTAG_CONTACT(SIP_NONE),
            TAG_IF(request->routes, SIPTAG_ROUTE_STR(request->routes)),
            TAG_IF(request->via, SIPTAG_VIA_STR(request->via)),
            TAG_IF(request->reason, SIPTAG_REASON_STR(request->reason)),
            TAG_END());
    return (csip_handle *)handle;
}

void csip_handle_bind(csip_handle *handle, uint64_t id) {
    nua_handle_bind((nua_handle_t *)handle, (nua_hmagic_t *)(uintptr_t)id);
}

/// The library reads the phrase only when the response is made, later; the tags it copies.
static char const *kept(nua_handle_t *handle, const char *phrase) {
    char const *copy = su_strdup(nua_handle_home(handle), phrase);
    return copy ? copy : "";
}

void csip_handle_respond(
    csip_handle *handle, int status, const char *phrase, const char *sdp, const char *contact, const char *header) {
    nua_respond(
        (nua_handle_t *)handle, status, kept((nua_handle_t *)handle, phrase),
        TAG_IF(contact, SIPTAG_CONTACT_STR(contact)),
        TAG_IF(header, SIPTAG_HEADER_STR(header)),
        TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR(SDP)), TAG_IF(sdp, SIPTAG_PAYLOAD_STR(sdp)),
        TAG_END());
}

void csip_handle_respond_to(csip_stack *stack, const csip_event *event, int status, const char *phrase, const char *sdp) {
    nua_respond(
        (nua_handle_t *)event->handle, status, kept((nua_handle_t *)event->handle, phrase),
        NUTAG_WITH_THIS(stack->nua),
        TAG_IF(sdp, SIPTAG_CONTENT_TYPE_STR(SDP)), TAG_IF(sdp, SIPTAG_PAYLOAD_STR(sdp)),
        TAG_END());
}

void csip_handle_cancel(csip_handle *handle) { nua_cancel((nua_handle_t *)handle, TAG_END()); }

void csip_handle_ack(csip_handle *handle) { nua_ack((nua_handle_t *)handle, TAG_END()); }

void csip_handle_refer(csip_handle *handle, const char *refer_to, const char *referred_by) {
    nua_refer(
        (nua_handle_t *)handle, SIPTAG_REFER_TO_STR(refer_to), SIPTAG_REFERRED_BY_STR(referred_by), TAG_END());
}

void csip_handle_bye(csip_handle *handle, const char *reason) {
    nua_bye((nua_handle_t *)handle, TAG_IF(reason, SIPTAG_REASON_STR(reason)), TAG_END());
}

void csip_handle_destroy(csip_handle *handle) { nua_handle_destroy((nua_handle_t *)handle); }
