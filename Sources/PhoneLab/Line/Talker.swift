/// Somebody at the other end of an answered line who has a mind of their own, that asks servers and takes time over it.
///
/// A `Callee` is told of every tick and answers at once, the same to the same ticks. A talker has the line's audio to itself, and the line goes on
/// meanwhile.
package protocol Talker: Sendable {
    /// Called while it rings, which it does until this returns: makes ready what would take time later.
    func prepare() async

    /// Called at the answer. Returns when they hang up, or soon after the ticks of `line` have ended.
    func talk(on line: TalkerLine) async
}
