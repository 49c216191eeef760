import Calls
import Engine
import FoundationEssentials

/// Where a call is: its status, how it got there, and what can be done with it now. The part of its page that changes while it goes on.
struct CallStateView {
    let call: Call
    let statuses: [CallEvent]
    let context: SessionContext

    private var status: CallStatus { call.lifecycle.status }

    var html: HTML {
        let why: HTML? = call.lifecycle.ending.map { ending in
            let fault = ending.reason.faultOwner.map { " · for \($0.words) to mend" } ?? ""
            return "<span class=\"why\">\(ending.reason.words)\(fault)</span>"
        }
        return """
            <p class="standing">\(status.badge) \(why)</p>
            <ol class="ladder" aria-label="How it went">\(steps)</ol>
            """
    }

    /// Each status with the time at which it began, and how long after the one before.
    private var steps: [HTML] {
        var last: Date?
        return statuses.filter { $0.kind == .status || $0.kind == .ended }.compactMap { event in
            guard case .object(let data) = event.data, case .string(let word)? = data["status"],
                let status = CallStatus(rawValue: word)
            else { return nil }
            // The end repeats the last status.
            if event.kind == .ended, last != nil { return nil }
            let after: HTML? = last.map {
                "<span class=\"after\">+\(Self.seconds(event.at.timeIntervalSince($0)))</span>"
            }
            last = event.at
            return """
                <li class="\(status.tone.rawValue)"><strong>\(status.words)</strong> \(HTML.time(event.at)) \(after)</li>
                """
        }
    }

    private static func seconds(_ interval: TimeInterval) -> String {
        let tenths = Int((max(0, interval) * 10).rounded())
        return tenths < 1 ? "0 s" : "\(tenths / 10).\(tenths % 10) s"
    }

    /// Buttons for a call that is not over.
    var controls: HTML {
        guard context.may(.editor), !status.isFinal, status != .wrappingUp else { return .nothing }
        let path = "/calls/\(call.id)"
        guard status == .inProgress else {
            let verb = status.isHeld ? "Hang up" : "Cancel the call"
            return """
                <form method="post" action="\(path)/end" data-quiet>\(context.session.token)<button class="danger">\(verb)</button></form>
                """
        }
        return """
            <form method="post" action="\(path)/say" class="line grow" data-quiet data-clear>\(context.session.token)
            <label class="grow"><span class="hidden">What the agent says next</span><input name="text" maxlength="\(CallControl.longestSaying)" placeholder="Have the agent say …" autocomplete="off" required></label>
            <label class="check"><input type="checkbox" name="interrupt" value="1"> at once</label>
            <button class="second">Say this</button></form>
            <form method="post" action="\(path)/end" data-quiet>\(context.session.token)<input type="hidden" name="goodbye" value="1"><button class="second">Say goodbye</button></form>
            <form method="post" action="\(path)/end" data-quiet>\(context.session.token)<button class="danger">Hang up</button></form>
            """
    }
}

extension EndReason.FaultOwner {
    fileprivate var words: String {
        switch self {
        case .us: "whoever runs this server"
        case .carrier: "the carrier"
        case .callee: "the callee"
        case .callerPolicy: "whoever placed it"
        }
    }
}
