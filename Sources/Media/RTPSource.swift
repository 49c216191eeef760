/// Decides whose packets are heard: one synchronisation source at a time, proved by packets in sequence.
///
/// A new source has to send two packets of one sequence, near one another: RFC 3550 appendix A.1 asks for neighbours in order, which a path that
/// swaps every pair would never give. While the present one talks, another is refused: it is stray or
/// forged. A far end may still change its source: after a BYE, after the session was described anew, or when the present one has been
/// silent.
struct RTPSource {
    enum Verdict: Hashable {
        case accepted
        /// Of one sequence with the packet before, which was `.unproven`: both count from now on.
        case adopted
        /// The first packet of a source that may become ours. Keep it until the next verdict about this source.
        case unproven
        case refused
    }

    /// Nil until a source was adopted.
    private(set) var current: UInt32?
    private(set) var reception = RTPReception(first: 0)
    private var candidate: (source: UInt32, sequence: UInt16)?
    private var lastHeard: Int64 = 0
    private var openUntil: Int64 = 0

    /// For how long the present source must be silent before another may take its place, in ns.
    private static let silenceBeforeChange: Int64 = 200_000_000

    /// `now` is monotonic, in ns.
    mutating func admit(source: UInt32, sequence: UInt16, at now: Int64) -> Verdict {
        if source == current {
            guard reception.note(sequence) else { return .refused }
            lastHeard = now
            return .accepted
        }
        guard current == nil || now < openUntil || now - lastHeard > Self.silenceBeforeChange else { return .refused }
        if let candidate, candidate.source == source, Self.areNear(candidate.sequence, sequence) {
            reception = RTPReception(first: candidate.sequence, after: reception)
            _ = reception.note(sequence)
            current = source
            lastHeard = now
            self.candidate = nil
            openUntil = 0
            return .adopted
        }
        candidate = (source, sequence)
        return .unproven
    }

    private static func areNear(_ a: UInt16, _ b: UInt16) -> Bool {
        a != b && (a &- b <= 16 || b &- a <= 16)
    }

    /// For the RFC 3550 jitter, which only audio packets tell.
    mutating func noteTransit(timestamp: UInt32, at now: Int64) {
        reception.noteTransit(timestamp: timestamp, at: now)
    }

    /// The far end may come with a new source until then.
    mutating func reopen(until time: Int64) {
        openUntil = time
    }

    /// The source said BYE.
    mutating func release(_ source: UInt32) {
        if source == current { current = nil }
    }

    mutating func takeReportFraction() -> UInt8 {
        reception.takeReportFraction()
    }
}
