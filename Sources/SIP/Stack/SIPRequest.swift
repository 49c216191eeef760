/// A request of ours outside the calls: a probe, or the taking down of a dialog that an earlier process left up.
protocol SIPRequest: AnyObject {
    func handle(_ event: SofiaEvent)
    func passed(_ message: SIPText, sent: Bool)
    /// The stack is about to stop: whoever waits gets an answer now.
    func abandon()
}
