import Calls
import Engine
import Telephony

/// The trunks, and whether they answered when they were last asked.
struct TrunksView {
    let trunks: [TrunkStanding]
    let context: SessionContext

    var html: HTML {
        """
        <table class="list"><caption class="hidden">Trunks</caption>
        <thead><tr><th scope="col">Trunk</th><th scope="col">Carries</th><th scope="col">Address</th><th scope="col">Health</th><th scope="col"><span class="hidden">Ask</span></th></tr></thead>
        <tbody>\(trunks.map(row))</tbody></table>
        """
    }

    private func row(_ standing: TrunkStanding) -> HTML {
        let trunk = standing.trunk
        let carries: [HTML] = CallMode.allCases.filter(trunk.modes.contains).map { mode in
            mode == .live ? .badge("live calls", .live) : .badge("calls to the phone lab", .plain)
        }
        let ask: HTML = """
            <form method="post" action="/numbers/probe">\(context.session.token)<input type="hidden" name="trunk" value="\(trunk.name)"><button class="second small">Probe now</button></form>
            """
        return """
            <tr><th scope="row">\(trunk.name)</th>
            <td data-label="Carries"><div>\(carries.isEmpty ? "<span class=\"quiet\">nothing</span>" : carries.joined(" "))</div></td>
            <td data-label="Address" class="url"><code>\(trunk.address)</code></td>
            <td data-label="Health"><div>\(health(of: standing))</div></td>
            <td>\(if: context.may(.editor), ask)</td></tr>
            """
    }

    private func health(of standing: TrunkStanding) -> HTML {
        guard let health = standing.health else {
            return "<span class=\"quiet\">not asked since the server started</span>"
        }
        let (badge, words): (HTML, String) =
            switch health.hop {
            case .answered: (.badge("answers", .good), health.answer)
            case .nameNotResolved: (.badge("unknown name", .bad), "the host in its address does not resolve")
            case .refused: (.badge("refused", .bad), "the host is there, but nothing listens on the port")
            case .noAnswer:
                (
                    .badge("no answer", .bad),
                    "none within 4 s: address, firewall, or the carrier does not know this server"
                )
            case .unknownTrunk: (.badge("unknown", .bad), "the telephone knows no such trunk")
            }
        return badge + "<div class=\"why\">\(words), \(HTML.time(standing.askedAt))</div>"
    }
}

extension TrunkHealth {
    fileprivate var answer: String {
        let time = roundTrip.map { " in \(Int($0 / .milliseconds(1))) ms" } ?? ""
        return "OPTIONS" + (sipStatus.map { " \($0)" } ?? "") + time
    }
}
