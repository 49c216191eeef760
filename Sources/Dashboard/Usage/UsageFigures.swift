import Calls

/// The figures that somebody looks for first.
struct UsageFigures {
    let tally: UsageTally

    var html: HTML {
        var figures: [(String, HTML)] = [
            ("Calls", "\(Int(tally.calls))"),
            ("Answered", "\(tally.answerRate.map(BatchProgressView.percent) ?? "–")"),
            ("Talked", "\(Self.minutes(tally.talkedSeconds))"),
            ("Spend", "\(tally.amount.shown)"),
        ]
        if let median = tally.gaps.percentile(0.5), let most = tally.gaps.percentile(0.9),
            let nearlyAll = tally.gaps.percentile(0.99)
        {
            figures.append(
                (
                    "Until the agent answers",
                    "\(median) ms <span class=\"why\">half · 90 % \(most) · 99 % \(nearlyAll)</span>"
                )
            )
        }
        return """
            <dl class="figures">\(figures.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>" as HTML })</dl>
            """
    }

    /// Seconds as minutes, the last one begun counted in full.
    static func minutes(_ seconds: Int64) -> String { "\((seconds + 59) / 60) min" }
}

/// What there is to spend, and what may be spent.
struct WalletView {
    let wallet: Wallet

    var html: HTML {
        var facts: [(term: String, value: HTML)] = [
            ("Terms", wallet.terms == .prepaid ? "paid in advance" : "on account"),
            ("Balance", "\(wallet.balance.shown)"),
            ("Set aside", "\(wallet.reserved.shown) for calls that are not over"),
            ("Today", "\(wallet.today.shown)"),
            ("Most per day", "\(wallet.dailyCap?.shown ?? "any amount")"),
            ("Most per call", "\(wallet.callCap?.shown ?? "any amount")"),
        ]
        if wallet.terms == .open {
            facts[1].term = "Used so far"
            facts[1].value = "\((-wallet.balance).shown)"
        }
        return """
            <section class="card"><h2>Wallet of \(wallet.mode == .live ? "live calls" : "the phone lab")</h2>
            \(cap)\(HTML.facts(facts))
            <p class="quiet">Amounts are in the currency of the rates. <code>trunkline wallet</code> on the server pays in and sets caps.</p></section>
            """
    }

    /// How much of the day's cap is used.
    private var cap: HTML? {
        guard let cap = wallet.dailyCap, cap > .zero else { return nil }
        let part = Int(min(100, max(0, wallet.today.milliCents * 100 / cap.milliCents)))
        return """
            <p>\(part) % of the day's cap is used<progress max="100" value="\(part)" aria-label="\(part) % of the day's cap"></progress></p>
            """
    }
}
