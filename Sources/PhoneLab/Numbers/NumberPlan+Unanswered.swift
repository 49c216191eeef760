extension NumberPlan {
    static var unanswered: [LabNumber] {
        let named = [
            (486, "busy"), (603, "declined"), (404, "not in service"), (480, "temporarily unavailable"),
            (403, "the carrier rejects the caller ID"), (503, "the carrier fails"),
        ]
        let refusing = named.compactMap { status, title -> LabNumber? in
            guard let digits = LabNumber.Digits("+1 555 020 0\(status)"), let refusal = SIPRefusal(status: status)
            else {
                return nil
            }
            return LabNumber(digits, title, .refuses(refusal, ringing: nil))
        }
        let retryLater = SIPRefusal(status: 503, phrase: "Service Unavailable", q850: 42, retryAfter: 2)
        return refusing + [
            LabNumber("+1 555 020 0001", "rings and nobody answers", .ringsOut),
            LabNumber("+1 555 020 0002", "never rings", .neverRings),
            LabNumber(
                "+1 555 020 2503",
                "the carrier is congested: 503, retry after 2 s",
                .refuses(retryLater, ringing: nil)
            ),
            LabNumber(
                "+1 555 020 3404",
                "not in service, and says so in early media",
                .announces(
                    "We're sorry. The number you have dialed is not in service.",
                    SIPRefusal(status: 404, phrase: "Not Found", q850: 1)
                )
            ),
        ]
    }
}
