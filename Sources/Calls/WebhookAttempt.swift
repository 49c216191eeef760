package import FoundationEssentials

/// One try to deliver, as the delivery log shows it.
package struct WebhookAttempt: Sendable, Hashable {
    /// One header line, as it was on the wire.
    package struct Header: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var delivery: WebhookDelivery.ID
    /// 1 for the first.
    package var number: Int
    package var at: Date
    /// The address that was connected to. Nil if none was found, or none that may be called.
    package var address: String?
    package var requestHeaders: [Header]
    /// Milliseconds until the receiver's name was resolved. Nil if it was not.
    package var resolution: Int?
    /// Milliseconds until the head of the answer was there. Nil if none came.
    package var answer: Int?
    /// Milliseconds from the beginning to the last byte kept. Nil while it is under way.
    package var duration: Int?
    /// HTTP status. Nil if none came.
    package var status: Int?
    /// The first of them.
    package var responseHeaders: [Header]
    /// The beginning of what the receiver answered.
    package var response: String
    /// Why there is no status, in plain words.
    package var failure: String?

    package init(
        delivery: WebhookDelivery.ID,
        number: Int,
        at: Date,
        address: String? = nil,
        requestHeaders: [Header] = [],
        resolution: Int? = nil,
        answer: Int? = nil,
        duration: Int? = nil,
        status: Int? = nil,
        responseHeaders: [Header] = [],
        response: String = "",
        failure: String? = nil
    ) {
        self.delivery = delivery
        self.number = number
        self.at = at
        self.address = address
        self.requestHeaders = requestHeaders
        self.resolution = resolution
        self.answer = answer
        self.duration = duration
        self.status = status
        self.responseHeaders = responseHeaders
        self.response = response
        self.failure = failure
    }
}
