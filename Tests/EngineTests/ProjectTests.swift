import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("Projects")
struct ProjectTests {
    @Test("The first project is there from the start; others are found by name and by id")
    func life() async throws {
        let bench = try await Workbench()
        let projects = ProjectControl(store: ProjectStore(bench.database))
        #expect(try await projects.projects().map(\.id) == [Project.first])
        let made = try await projects.create(name: "Second", limits: RequestLimits(perMinute: 60))
        #expect(try await projects.projects().map(\.id) == [Project.first, made.id])
        #expect(try await projects.project("Second") == made)
        #expect(try await projects.project("\(made.id)") == made)
        #expect(try await bench.engine.webhooks.secret(project: made.id)?.hasPrefix("whsec_") == true)
        let (key, _) = try await bench.engine.keys.create(name: "", mode: .test, project: made.id)
        #expect(key.projectLimits.perMinute == 60)
    }

    @Test("Two projects do not share a name, and a name is one line that is no id")
    func names() async throws {
        let projects = ProjectControl(store: ProjectStore(try await Workbench().database))
        _ = try await projects.create(name: "Second")
        await #expect(throws: ProjectError.nameTaken("Second")) { try await projects.create(name: "Second") }
        for name in ["", "a\nb", String(repeating: "n", count: 101), "\(Project.first)"] {
            await #expect(throws: ProjectError.invalidName(name)) { try await projects.create(name: name) }
        }
        await #expect(throws: ProjectError.unknown("Third")) { try await projects.project("Third") }
    }
}
