import Calls
import FoundationEssentials

/// Makes the request of a contact's next call: the same that a customer would make for it, one by one.
enum BatchCallMaker {
    static func request(for contact: Contact, of batch: Batch) -> CallRequest {
        var request = request(for: contact.listed, settings: batch.settings, mode: batch.mode)
        request.door = batch.door
        request.key = batch.key
        request.batch = BatchCall(batch: batch.id, line: contact.line, attempt: contact.calls + 1)
        return request
    }

    static func request(for contact: NewContact, settings: BatchSettings, mode: CallMode) -> CallRequest {
        var request = CallRequest(
            destination: contact.phone,
            mode: mode,
            variables: contact.variables,
            metadata: contact.metadata ?? metadata(of: contact),
            callbackURL: settings.callbackURL,
            expiresAt: settings.deadline,
            ringTimeout: settings.ringTimeout,
            maxDuration: settings.maxDuration
        )
        request.placeholders = settings.placeholders
        request.greeting = settings.greeting
        request.record = settings.record
        request.voicemailAction = settings.voicemailAction
        request.timeZone = contact.timeZone
        request.priority = Batch.queuePriority
        request.origin = .batch
        return request
    }

    private static func metadata(of contact: NewContact) -> String? {
        guard !contact.variables.isEmpty else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(contact.variables)).map { String(decoding: $0, as: UTF8.self) }
    }
}
