import Calls
import FoundationEssentials
import Metrics

/// What the engine counts, by name.
enum EngineMetrics {
    static func placed() {
        Counter(label: "trunkline_calls_placed_total").increment()
    }

    static func ended(_ call: Call) {
        Counter(
            label: "trunkline_calls_ended_total",
            dimensions: [("reason", call.lifecycle.ending?.reason.rawValue ?? "")]
        ).increment()
        for (model, usage) in call.account?.usageByModel ?? [:] {
            for (kind, tokens) in [("prompt", usage.promptTokens), ("answer", usage.answerTokens)] {
                Counter(label: "trunkline_model_tokens_total", dimensions: [("model", model), ("kind", kind)])
                    .increment(by: tokens)
            }
        }
        for turn in call.account?.turns ?? [] { answered(turn) }
        if let deadAir = call.account?.deadAir {
            Timer(label: "trunkline_dead_air_seconds").recordMilliseconds(deadAir.total)
        }
        for line in call.costs {
            Counter(label: "trunkline_cost_milli_cents_total", dimensions: [("item", line.item.rawValue)])
                .increment(by: line.amount.milliCents)
        }
    }

    /// Each part of a turn, and `gap`, all of it.
    private static func answered(_ turn: TurnTiming) {
        let parts = [
            ("endpointing", turn.endpointing), ("recognition", turn.recognition), ("model", turn.model),
            ("voice", turn.voice), ("playout", turn.playout), ("gap", turn.gap),
        ]
        for (part, length) in parts {
            Timer(label: "trunkline_turn_seconds", dimensions: [("part", part)]).recordMilliseconds(length)
        }
    }

    /// From the moment the call was due to the moment it was handed to the telephone.
    static func dialed(after wait: TimeInterval) {
        Timer(label: "trunkline_queue_wait_seconds").recordSeconds(wait)
    }

    static func live(_ count: Int) {
        Gauge(label: "trunkline_live_calls").record(count)
    }

    /// One request of an agent: `answered`, `failed` or `refused`.
    static func requested(_ outcome: String) {
        Counter(label: "trunkline_agent_requests_total", dimensions: [("outcome", outcome)]).increment()
    }

    static func delivered(_ outcome: String) {
        Counter(label: "trunkline_webhook_attempts_total", dimensions: [("outcome", outcome)]).increment()
    }
}
