import Calls
import Engine

/// Every call in progress, with what is being said on it.
struct LiveView {
    let calls: [Call]
    let hasMore: Bool
    let lines: [Call.ID: [TranscriptEntry]]
    let context: SessionContext

    var html: HTML {
        """
        <div id="standing" role="status">\(standing)</div>
        \(if: hasMore, HTML.notice("<p>The newest \(calls.count) are shown; there are more.</p>", .wait))
        <div id="calls" class="live-calls">\(cards)</div>
        <section class="card"><h2>Just ended</h2><ol id="over" class="over" data-keep="10"></ol></section>
        """
    }

    var cards: HTML {
        calls.map { LiveCard(call: $0, lines: (lines[$0.id] ?? []).suffix(LiveCard.kept), context: context).html }
            .joined()
    }

    var standing: HTML { Self.standing(calls.count, context) }

    static func standing(_ count: Int, _ context: SessionContext) -> HTML {
        guard count == 0 else { return "<p>\(count) \(count == 1 ? "call" : "calls") in progress</p>" }
        let call: HTML = "<a class=\"button\" href=\"/calls/new\">Place a call</a>"
        return .empty(
            "Nobody is on the line",
            "Calls stand here from the first ring to the end, each with what is being said. The page changes by itself.",
            action: context.may(.editor) ? call : .nothing
        )
    }
}

/// One call in progress.
struct LiveCard {
    /// How many lines of a conversation are kept in sight.
    static let kept = 6

    let call: Call
    let lines: [TranscriptEntry]
    let context: SessionContext

    static func id(_ call: Call.ID) -> String { "card-\(call)" }
    static func lines(_ call: Call.ID) -> String { "lines-\(call)" }
    static func state(_ call: Call.ID) -> String { "state-\(call)" }
    static func controls(_ call: Call.ID) -> String { "controls-\(call)" }

    var html: HTML {
        """
        <article class="card live-call" id="\(Self.id(call.id))" aria-label="Call to \(call.request.destination)">
        <h2><a href="/calls/\(call.id)">\(call.number)</a> <span class="why">\(HTML.foreign(call.agent.slug))</span></h2>
        <div id="\(Self.state(call.id))" class="standing">\(state)</div>
        <ol class="lines short" id="\(Self.lines(call.id))" data-keep="\(Self.kept)">\(TranscriptView(entries: lines, hasRecording: false, prefix: "\(call.id)-").lines)</ol>
        <div id="\(Self.controls(call.id))" class="line">\(controls)</div>
        </article>
        """
    }

    var state: HTML {
        let since = call.lifecycle.answeredAt ?? call.createdAt
        return "\(call.lifecycle.status.badge) <span class=\"quiet\">since \(HTML.time(since))</span>"
    }

    var controls: HTML {
        let isTalking = call.lifecycle.status == .inProgress
        let listen: HTML = """
            <button type="button" class="second small" data-listen="/calls/\(call.id)/audio" aria-pressed="false" hidden>Listen in</button>
            <span class="levels" hidden><label>Agent <meter min="0" max="1" class="agent"></meter></label><label>Callee <meter min="0" max="1" class="callee"></meter></label></span>
            """
        return "\(if: isTalking, listen)\(CallStateView(call: call, statuses: [], context: context).controls)"
    }

    /// What is left of it once it is over.
    var ended: HTML {
        let reason = call.lifecycle.ending?.reason.words ?? ""
        return """
            <li><a href="/calls/\(call.id)">\(call.number)</a> \(call.lifecycle.status.badge) <span class="quiet">\(reason)</span></li>
            """
    }
}
