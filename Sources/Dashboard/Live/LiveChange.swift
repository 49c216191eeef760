import Calls
import Engine

/// What some events change on the page of all calls in progress.
struct LiveChange {
    /// The calls that the page has, after the change.
    private(set) var shown: Set<Call.ID>
    /// Calls that have to be looked at, because they went on to another status.
    private(set) var moved: Set<Call.ID> = []
    private let context: SessionContext
    private var isEmpty = true
    /// Lines of calls that the page does not have yet.
    private var held: [Call.ID: [TranscriptEntry]] = [:]
    private var replaced: [String: HTML] = [:]
    private var appended: [String: HTML] = [:]
    private var removed: [String] = []

    init(shown: Set<Call.ID>, context: SessionContext) {
        self.shown = shown
        self.context = context
    }

    mutating func add(_ event: CallEvent) {
        switch event.kind {
        case .said:
            guard let line = TranscriptEntry(said: event.data) else { return }
            guard shown.contains(event.call) else {
                // Its call may be new here too.
                held[event.call, default: []].append(line)
                return
            }
            let view = TranscriptView(entries: [line], hasRecording: false, prefix: "\(event.call)-")
            appended[LiveCard.lines(event.call), default: .nothing] =
                appended[LiveCard.lines(event.call), default: .nothing] + view.lines
            isEmpty = false
        case .status, .ended: moved.insert(event.call)
        case .answeredBy, .onHold, .toolUsed, .transferred: return
        }
    }

    /// A call that moved, as it is now.
    mutating func add(_ call: Call) {
        let card = LiveCard(call: call, lines: held[call.id] ?? [], context: context)
        if call.lifecycle.status.isFinal {
            guard shown.remove(call.id) != nil else { return }
            removed.append(LiveCard.id(call.id))
            appended[LiveCard.lines(call.id)] = nil
            appended["over", default: .nothing] = appended["over", default: .nothing] + card.ended
        } else if StatusGroup.live.statuses.contains(call.lifecycle.status) {
            if shown.insert(call.id).inserted {
                appended["calls", default: .nothing] = appended["calls", default: .nothing] + card.html
            } else {
                replaced[LiveCard.state(call.id)] = card.state
                replaced[LiveCard.controls(call.id)] = card.controls
            }
        } else {
            return
        }
        isEmpty = false
    }

    /// Nil if nothing changes.
    var fragments: Fragments? {
        guard !isEmpty else { return nil }
        var replaced = replaced
        replaced["standing"] = LiveView.standing(shown.count, context)
        var fragments = Fragments(replacing: replaced, appending: appended)
        fragments.remove = removed
        return fragments
    }
}
