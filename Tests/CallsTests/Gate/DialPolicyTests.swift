import Calls
import FoundationEssentials
import Testing

@Suite("A project's policy")
struct DialPolicyTests {
    @Test("Out of the box premium-rate, shared-cost and satellite numbers are refused, and single calls keep no hours")
    func defaults() throws {
        let policy = try DialPolicy([])
        #expect(policy.countries == nil)
        for tariff in Destination.Tariff.allCases { #expect(policy.allows(tariff) == (tariff == .standard)) }
        #expect(!policy.keepsHours(.single))
        #expect(policy.keepsHours(.batch))
        #expect(!policy.requiresConsent)
        #expect(policy.frequency == nil)
        #expect(policy.concurrentCalls == nil)
        #expect(policy.dialsPerMinute == nil)
    }

    @Test("What it shows, it also takes, and is the same again")
    func roundTrip() throws {
        let policy = try DialPolicy([
            [
                "countries": ["US", "DE"], "premium_rate": true, "shared_cost": true, "satellite": true,
                "calling_hours": [
                    "applies_to": "all", "windows": ["sun": [], "mon": ["09:00-12:00", "13:00-02:00"]],
                ],
                "requires_consent": true, "frequency": ["calls": 3, "hours": 48], "concurrent_calls": 7,
                "dials_per_minute": 5,
            ]
        ])
        #expect(policy.countries == ["US", "DE"])
        #expect(policy.frequency == DialPolicy.Frequency(calls: 3, hours: 48))
        #expect(policy.callingHours.windows[.sunday] == nil)
        #expect(policy.callingHours.windows[.monday]?.map(\.text) == ["09:00-12:00", "13:00-02:00"])
        #expect(policy.callingHours.windows[.tuesday]?.map(\.text) == ["08:00-21:00"])
        #expect(try DialPolicy([policy.document]) == policy)
        #expect(try DialPolicy([DialPolicy().document]) == DialPolicy())
    }

    @Test("An agent's settings lie over the project's, those over the defaults")
    func layers() throws {
        let project: DialPolicyChanges = ["countries": ["US"], "concurrent_calls": 3, "requires_consent": true]
        let policy = try DialPolicy([project, ["countries": "all", "concurrent_calls": "none", "premium_rate": true]])
        #expect(policy.countries == nil)
        #expect(policy.concurrentCalls == nil)
        #expect(policy.allowsPremiumRate)
        #expect(policy.requiresConsent)
    }

    @Test("A change replaces what it names; null brings the default back")
    func merge() throws {
        var changes = try DialPolicy.merge(["countries": ["US"], "dials_per_minute": 5], into: [:])
        changes = try DialPolicy.merge(["calling_hours": ["applies_to": "all"]], into: changes)
        changes = try DialPolicy.merge(
            ["countries": .null, "calling_hours": ["windows": ["sun": []]]],
            into: changes
        )
        #expect(
            changes == [
                "dials_per_minute": 5,
                "calling_hours": ["applies_to": "all", "windows": ["sun": []]],
            ]
        )
    }

    @Test(
        "What no policy can be is refused, naming the member and what is accepted",
        arguments: [
            (["contries": ["US"]], "contries", "countries"),
            (["countries": ["usa"]], "countries", "ISO 3166"),
            (["countries": "US"], "countries", "ISO 3166"),
            (["premium_rate": "yes"], "premium_rate", "true or false"),
            (["calling_hours": "always"], "calling_hours", "applies_to"),
            (["calling_hours": ["applies_to": "some"]], "calling_hours.applies_to", "none, batches, all"),
            (["calling_hours": ["hours": [:]]], "calling_hours.hours", "windows"),
            (["calling_hours": ["windows": ["monday": []]]], "calling_hours.windows.monday", "mon"),
            (["calling_hours": ["windows": ["mon": ["9-5"]]]], "calling_hours.windows.mon", "08:00-12:00"),
            (["frequency": ["calls": 3]], "frequency", "hours"),
            (["frequency": ["calls": 0, "hours": 1]], "frequency.calls", "1 to 1000"),
            (["concurrent_calls": 0], "concurrent_calls", "1 to"),
            (["dials_per_minute": .number(1.5)], "dials_per_minute", "whole number"),
        ] as [(DialPolicyChanges, String, String)]
    )
    func refused(changes: DialPolicyChanges, path: String, words: String) throws {
        let problem = try #require(throws: DialPolicyProblem.self) { try DialPolicy.merge(changes, into: [:]) }
        #expect(problem.path == path)
        #expect(problem.message.contains(words), "\(problem.message)")
    }
}
