import Calls
import Yams

/// Reads `rates` of the configuration file.
struct RateReader {
    private static let fields = ["prefix", "price_per_minute", "minimum", "increment", "connection_fee"]

    let file: SettingsFile
    private(set) var problems: [SettingsProblem] = []

    init(file: SettingsFile) {
        self.file = file
    }

    mutating func rates() -> [String: Rate] {
        var rates: [String: Rate] = [:]
        for (index, node) in (file.rates ?? []).enumerated() {
            let key = "rates[\(index)]"
            guard let (prefix, rate) = rate(node, key: key) else { continue }
            if rates.updateValue(rate, forKey: prefix) != nil {
                report("\(key).prefix", "there is a rate for \(prefix) already", node)
            }
        }
        return rates
    }

    private mutating func rate(_ node: Node, key: String) -> (prefix: String, rate: Rate)? {
        guard let mapping = node.mapping else {
            report(key, "expected the keys \(Self.fields.joined(separator: ", "))", node)
            return nil
        }
        for (name, value) in mapping {
            guard let name = name.string, !Self.fields.contains(name) else { continue }
            let hint = nearest(to: name, among: Self.fields).map { "did you mean \($0)?" }
            report("\(key).\(name)", "there is no such key; \(hint ?? Self.fields.joined(separator: ", "))", value)
        }
        // All are read before any is missed, so that every problem is told at once.
        let prefix = value("prefix", mapping, key, "a plus sign and up to 15 digits, in quotes: \"+44\"") { text in
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            let isPrefix = text.hasPrefix("+") && text.utf8.dropFirst().allSatisfy { digits.contains($0) }
            return isPrefix && text.utf8.count <= 16 ? text : nil
        }
        let amount = "an amount with at most five decimals, like 0.02"
        let price = value("price_per_minute", mapping, key, amount, Money.init(decimal:))
        let fee = value("connection_fee", mapping, key, amount, Money.init(decimal:))
        let minimum = value("minimum", mapping, key, "a number of seconds from 0 to 3600") { Self.seconds($0, from: 0) }
        let increment = value("increment", mapping, key, "a number of seconds from 1 to 3600") {
            Self.seconds($0, from: 1)
        }
        for name in ["prefix", "price_per_minute"] where mapping[name] == nil {
            report("\(key).\(name)", "required", node)
        }
        guard let prefix, let price else { return nil }
        return (
            prefix,
            Rate(
                pricePerMinute: price,
                minimum: minimum ?? 0,
                increment: increment ?? 1,
                connectionFee: fee ?? .zero
            )
        )
    }

    private static func seconds(_ text: String, from least: Int) -> Int? {
        Int(text).flatMap { (least...3600).contains($0) ? $0 : nil }
    }

    /// Nil if it is not given, and, which is a problem, if `parse` refuses it.
    private mutating func value<Value>(
        _ name: String,
        _ mapping: Node.Mapping,
        _ key: String,
        _ accepted: String,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let node = mapping[name] else { return nil }
        guard let text = node.scalar?.string, let value = parse(text) else {
            report("\(key).\(name)", "expected \(accepted), got '\(node.scalar?.string ?? "")'", node)
            return nil
        }
        return value
    }

    private mutating func report(_ key: String, _ message: String, _ node: Node) {
        problems.append(SettingsProblem(key: key, message: message, source: file.source(line: node.mark?.line ?? 0)))
    }
}

extension Rate {
    /// `0.02000 a minute, 30/6 seconds, 0.01000 to connect`
    var text: String {
        let fee = connectionFee > .zero ? ", \(connectionFee) to connect" : ""
        return "\(pricePerMinute) a minute, \(minimum)/\(increment) seconds\(fee)"
    }
}
