import Calls
import Foundation
import PhoneNumbers
import Testing

@Suite("Destinations")
struct DestinationTests {
    private static func destination(_ text: String, timeZone: String? = nil) throws -> Destination {
        try #require(PhoneNumber(text)).destination(timeZone: timeZone)
    }

    @Test(
        "The zones are those of the longest prefix whose place is known",
        arguments: [
            ("+442079460000", ["Europe/London"], "44207"),
            ("+12025550123", ["America/New_York"], "1202"),
            ("+13035550123", ["America/Denver"], "1303"),
            ("+12105550123", ["America/Chicago"], "1210"),
            ("+390612345678", ["Europe/Rome"], "39"),
            ("+911123456789", ["Asia/Calcutta"], "91"),
            ("+61891234567", ["Australia/Perth"], "618"),
        ]
    )
    func zones(text: String, names: [String], prefix: String) throws {
        let zones = try Self.destination(text).zones
        #expect(Set(names).isSubset(of: zones.zones.map(\.identifier)), "\(zones)")
        guard case .numberRange(let found) = zones.source else {
            Issue.record("\(zones.source)")
            return
        }
        #expect(prefix.hasPrefix(found) || found.hasPrefix(prefix), "\(found)")
    }

    @Test(
        "A number that says nothing of the place may be anywhere the calling code reaches",
        arguments: [
            "+18005550199", "+15551230001", "+79161234567",
        ]
    )
    func anywhere(text: String) throws {
        let zones = try Self.destination(text).zones
        #expect(zones.source == .callingCode(String(text.dropFirst().prefix(1))))
        #expect(zones.zones.count > 10)
    }

    @Test("Whoever places the call may know better; a zone that does not exist counts for nothing")
    func given() throws {
        let zones = try Self.destination("+18005550199", timeZone: "Pacific/Honolulu").zones
        #expect(zones == CalleeZones(zones: [try #require(TimeZone(identifier: "Pacific/Honolulu"))], source: .request))
        for name in ["EST", "GMT+3", "Europe/Atlantis", "", "../etc/passwd"] { #expect(CalleeZones.zone(name) == nil) }
        #expect(CalleeZones.zone("UTC") != nil)
    }

    @Test(
        "A place whose clocks the source mistakes for its neighbour's keeps its own",
        arguments: [
            ("+21321123456", "Africa/Algiers"), ("+74012123456", "Europe/Kaliningrad"),
            ("+21271234567", "Africa/Casablanca"),
        ]
    )
    func corrected(text: String, name: String) throws {
        let zones = try Self.destination(text).zones.zones
        #expect(zones.map(\.identifier).contains(name), "\(zones)")
    }

    @Test("Every zone of the table exists")
    func complete() throws {
        for code in 1...999 where !"0".contains("\(code)".prefix(1)) {
            guard let number = PhoneNumber("+\(code)55501234") else { continue }
            let zones = number.destination().zones
            if zones.source == .unknown {
                #expect(zones.zones.isEmpty)
            } else {
                #expect(!zones.zones.isEmpty, "\(code)")
            }
        }
    }

    @Test(
        "Tariffs",
        arguments: [
            ("+442079460000", Destination.Tariff.standard), ("+19002345678", .premiumRate),
            ("+979123456789", .premiumRate),
            ("+491805012345", .sharedCost), ("+80812345678", .sharedCost), ("+870773111632", .satellite),
            ("+881612345678", .satellite), ("+88213300655", .satellite), ("+883510012345", .satellite),
            ("+8821", .satellite), ("+8801712345678", .standard), ("+18005550199", .standard),
        ]
    )
    func tariffs(text: String, tariff: Destination.Tariff) throws {
        #expect(try Self.destination(text).tariff == tariff)
    }

    @Test("A number nobody assigned counts as the chief country's of its calling code, and that is told")
    func country() throws {
        let assigned = try Self.destination("+4930123456")
        #expect(assigned.country == "DE")
        #expect(!assigned.isCountryAssumed)
        let lab = try Self.destination("+15551230001")
        #expect(lab.country == "US")
        #expect(lab.isCountryAssumed)
        #expect(try Self.destination("+18765550123").country == "JM")
        #expect(try Self.destination("+999123456").country == nil)
    }
}
