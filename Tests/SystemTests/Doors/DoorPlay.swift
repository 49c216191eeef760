import Foundation
import Testing

/// The calls that the conformance tests of one door are about: one case for each.
///
/// Telephone calls take their time, and most tests only look at one that is over. So all cases are played at once when the suite begins, against one
/// server, and a test waits for the one it needs.
protocol DoorScript: CaseIterable, Hashable, Sendable {
    /// What is there before the first call: agents, clients, whatever the door needs.
    associatedtype Stage: Sendable
    /// What a test wants to know about a call that was played.
    associatedtype Record: Sendable

    static func prepare(_ rig: DoorRig) async throws -> Stage

    /// Places the call and sees it to its end. What it throws is thrown in every test that asks for the case.
    func play(on stage: Stage) async throws -> Record

    /// Clients that place calls of their own, run beside the script.
    static func examples(on stage: Stage) -> [DoorExample]
}

extension DoorScript {
    static func examples(on stage: Stage) -> [DoorExample] { [] }
}

/// How one of `Examples/clients` is run.
struct DoorExample: Sendable {
    /// Below `Examples/clients`.
    let path: String
    let arguments: [String]
    let environment: [String: String]
}

/// A script under way.
struct DoorPlay<Script: DoorScript>: Sendable {
    let stage: Script.Stage
    private let records: [Script: Later<Script.Record>]
    private let outputs: [String: Later<String>]

    /// That of the suite which runs. For the initializer of a suite with the trait `.door`.
    static func current() throws -> Self {
        try #require(DoorTrait<Script>.play as? Self, "the suite has no trait .door(\(Script.self).self)")
    }

    init(stage: Script.Stage) {
        self.stage = stage
        records = Dictionary(uniqueKeysWithValues: Script.allCases.map { ($0, Later()) })
        outputs = Dictionary(uniqueKeysWithValues: Script.examples(on: stage).map { ($0.path, Later()) })
    }

    /// The call of `part`, when it is over.
    func record(_ part: Script) async throws -> Script.Record {
        try await #require(records[part]).value
    }

    /// What the example client at `path` printed.
    func output(of path: String) async throws -> String {
        try await #require(outputs[path], "the script has no example \(path)").value
    }

    fileprivate func run(_ example: DoorExample, on rig: DoorRig) async {
        do {
            let output = try await rig.example(example.path, example.arguments, environment: example.environment)
            outputs[example.path]?.arrive(.success(output))
        } catch {
            outputs[example.path]?.arrive(.failure(CallFailed(part: example.path, error: error)))
        }
    }

    fileprivate func run(_ part: Script) async {
        do {
            records[part]?.arrive(.success(try await part.play(on: stage)))
        } catch {
            records[part]?.arrive(.failure(CallFailed(part: "\(part)", error: error)))
        }
    }
}

/// A call could not be played. A failed expectation is recorded where it failed, which is in no test, and thrown again by itself it would fail none.
private struct CallFailed: Error {
    let part: String
    let error: any Error
}

/// Gives a suite a `DoorRig` with a script that is played on it.
struct DoorTrait<Script: DoorScript>: SuiteTrait, TestScoping {
    fileprivate static var play: (any Sendable)? { CurrentPlay.value }

    let settings: [String: String]

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await DoorRig.run(settings: settings) { rig in
            let play = DoorPlay<Script>(stage: try await Script.prepare(rig))
            try await withThrowingTaskGroup(of: Void.self) { parts in
                for part in Script.allCases { parts.addTask { await play.run(part) } }
                for example in Script.examples(on: play.stage) { parts.addTask { await play.run(example, on: rig) } }
                try await CurrentPlay.$value.withValue(play) { try await function() }
                parts.cancelAll()
            }
        }
    }
}

extension Trait {
    /// One server, one lab and one receiver for the whole suite, and the calls of `script` under way on them. `settings` are environment
    /// variables of the server.
    static func door<Script>(
        _ script: Script.Type,
        settings: [String: String] = [:]
    ) -> Self where Self == DoorTrait<Script> {
        DoorTrait(settings: settings)
    }
}

private enum CurrentPlay {
    @TaskLocal static var value: (any Sendable)?
}
