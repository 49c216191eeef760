import Calls
import Foundation

/// How a call went, for people: the end of `trunkline call --follow`.
struct CallReport {
    let call: CallDocument
    let transcript: [TranscriptDocument.Entry]
    /// Where the recording can be had. Nil: there is none.
    let recording: String?
    let terminal: Terminal

    func lines() -> [String] {
        var lines = [headline]
        lines += facts.map { name, value in "\(terminal.styled(name.padded(to: 10), .faint))  \(value.printable)" }
        if !transcript.isEmpty {
            lines += ["", terminal.styled("Transcript", .bold)]
            lines += transcript.map { entry in
                let time = terminal.styled(Self.time(entry.startMs), .faint)
                return "\(time)  \(Self.speaker(entry.speaker, terminal))  \(entry.text.printable)"
            }
        }
        if let summary = call.summary {
            lines += ["", terminal.styled("Summary", .bold)]
            lines += summary.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
        }
        if !call.result.isEmpty {
            lines += ["", terminal.styled("Result", .bold)]
            for (name, value) in call.result.sorted(by: { $0.key < $1.key }) {
                lines.append("\(name.printable.padded(to: 18)) \(value.spoken.printable)")
            }
        }
        return lines
    }

    private var headline: String {
        let status = terminal.styled(call.status, call.status == "completed" ? .green : .yellow)
        let reason = call.endReason.map { " (\($0))" } ?? ""
        return "\(call.id)  \(status)\(reason)"
    }

    private var facts: [(String, String)] {
        var facts = [
            ("Agent", call.agent.slug),
            ("To", call.to),
            ("From", call.from),
            ("Duration", call.duration.map { "\($0) s" } ?? "–"),
            ("Reached", call.reached),
            ("Goal", call.goal),
            ("Cost", call.cost.total),
        ]
        if call.snapshot.conductedBy == .messageTaking {
            facts.append(("Led by", "the taking of a message: \(TalkLack.either)"))
        }
        if let status = call.transport.sipStatus {
            facts.append(("SIP", "\(status) \(call.transport.sipPhrase ?? "")"))
        }
        if let recording { facts.append(("Recording", recording)) }
        return facts
    }

    /// `0:07.3` since the answer.
    static func time(_ milliseconds: Int) -> String {
        let tenths = milliseconds / 100
        let seconds = tenths / 10 % 60
        return "\(tenths / 600):\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
    }

    static func speaker(_ speaker: String, _ terminal: Terminal) -> String {
        terminal.styled(speaker.printable.padded(to: 6), speaker == "agent" ? .cyan : .green)
    }
}
