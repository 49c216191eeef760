package import Calls
// Without it `TimeZone` knows UTC alone: the zones are in ICU, which this brings into the process.
package import FoundationEssentials
import FoundationInternationalization
import Synchronization

/// Which time zones the numbers with a prefix lie in.
final class NumberZones: Sendable {
    /// Read on first use, in about a millisecond.
    static let shared = NumberZones(NumberZoneData.text)

    private static let longestPrefix = 9

    /// By prefix. No prefix begins with a zero, so that none of two different ones have the same value.
    private let sets: [Int: Int]
    private let names: [[String]]
    private let zones = Mutex<[Int: [TimeZone]]>([:])

    private init(_ text: String) {
        var names: [[String]] = []
        var sets: [Int: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            for prefix in words.dropFirst() {
                if let value = Int(prefix) { sets[value] = names.count }
            }
            names.append((words.first ?? "").split(separator: ",").map(String.init))
        }
        self.names = names
        self.sets = sets
    }

    /// The longest prefix of `digits` whose zones are known, and those zones. Nil if none is.
    func zones(of digits: String) -> (prefix: String, zones: [TimeZone])? {
        for length in (1...Self.longestPrefix).reversed() where length <= digits.utf8.count {
            let prefix = String(digits.prefix(length))
            if let value = Int(prefix), let set = sets[value] { return (prefix, zones(at: set)) }
        }
        return nil
    }

    private func zones(at set: Int) -> [TimeZone] {
        zones.withLock { known in
            if let zones = known[set] { return zones }
            let zones = names[set].compactMap(CalleeZones.zone)
            known[set] = zones
            return zones
        }
    }
}

extension CalleeZones {
    /// The zone with this IANA name, as in `Europe/Berlin`. Nil for anything else: an abbreviation such as `EST`, or an offset, is no zone.
    package static func zone(_ name: String) -> TimeZone? {
        guard name == "UTC" || name.contains("/"), name.utf8.count <= 64 else { return nil }
        return TimeZone(identifier: name)
    }
}
