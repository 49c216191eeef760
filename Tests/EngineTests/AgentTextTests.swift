import Calls
import Foundation
import Testing

@testable import Engine

@Suite("An agent written as text")
struct AgentTextTests {
    private static func read(_ text: String) throws -> Agent {
        try AgentFile.read(
            text,
            voices: ["slt", "rms", "awb", "kal"],
            realtimeModels: ["marin"],
            now: Date(timeIntervalSince1970: 0)
        )
    }

    private static func folder() -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/agents")
    }

    @Test("What is written and read again is the same agent, whatever stands in it")
    func roundTrip() throws {
        let files = try FileManager.default.contentsOfDirectory(at: Self.folder(), includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "yaml" {
            var agent = try Self.read(String(contentsOf: file, encoding: .utf8))
            agent.defaults["tricky"] = .string("yes")
            agent.defaults["digits"] = .string("007")
            agent.defaults["null"] = .string("~")
            agent.defaults["count"] = .integer(7)
            agent.defaults["share"] = .number(0.5)
            agent.defaults["list"] = ["a", 1, true, .null, [], [:]]
            agent.goodbye = "# no: comment, \"quoted\" - 'and' {{name}}\nsecond line\n\n  indented: yes"
            agent.description = " leading, trailing \t"
            var again = try Self.read(agent.text)
            again.id = agent.id
            #expect(again == agent, "\(file.lastPathComponent):\n\(agent.text)")
        }
    }
}
