import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("Numbers for agents that have none", .timeLimit(.minutes(1)))
struct NumberTests {
    private static let pool = ["+15550100010", "+15550100011"].compactMap(PhoneNumber.init)

    private func agent(_ name: String, in project: Project.ID, _ bench: Workbench) async throws -> Agent {
        var agent = bench.engine.agents.blank(name: name)
        agent.instructions = "Be kind."
        let added = try await bench.engine.agents.add(agent, project: project)
        return try await bench.engine.numbers.equip(added, project: project)
    }

    @Test("They get one of the project's, preferably one that no agent answers, and keep what they have")
    func owned() async throws {
        let bench = try await Workbench { $0.numberPool = Self.pool }
        let project = try await ProjectControl(store: ProjectStore(bench.database)).create(name: "Another").id
        let desk = """
            {agent: desk, name: Desk, direction: inbound, numbers: ["+15550100076"], instructions: "Help."}
            """
        _ = try await bench.engine.agents.apply(desk, project: project)
        let free = try #require(PhoneNumber("+15550100077"))
        _ = try await bench.engine.numbers.add(free, name: nil, project: project)
        let equipped = try await agent("Ava", in: project, bench)
        #expect(equipped.numbers == [free])
        #expect(try await bench.engine.agents.agent("ava", project: project).numbers == [free])
        #expect(try await bench.engine.numbers.equip(equipped, project: project).numbers == [free])
    }

    @Test("They get the next of the operator's pool in a project that has none, and none when the pool is empty")
    func pooled() async throws {
        let bench = try await Workbench { $0.numberPool = Self.pool }
        let projects = ProjectControl(store: ProjectStore(bench.database))
        var given: [[PhoneNumber]] = []
        for name in ["One", "Two", "Three"] {
            let project = try await projects.create(name: name).id
            given.append(try await agent("Ava", in: project, bench).numbers)
            #expect(try await agent("Ben", in: project, bench).numbers == given.last, "The project's by now")
        }
        #expect(given == [[Self.pool[0]], [Self.pool[1]], []])
    }

    @Test(
        "Projects that reach into the pool at once never get the same number, and none goes without while there is one"
    )
    func atOnce() async throws {
        let pool = (10..<18).compactMap { PhoneNumber("+155501000\($0)") }
        let bench = try await Workbench { $0.numberPool = pool }
        let projects = ProjectControl(store: ProjectStore(bench.database))
        var ids: [Project.ID] = []
        for name in 1...10 { ids.append(try await projects.create(name: "Project \(name)").id) }
        let given = try await withThrowingTaskGroup(of: [PhoneNumber].self) { group in
            for id in ids { group.addTask { try await agent("Ava", in: id, bench).numbers } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(given.count == pool.count)
        #expect(Set(given) == Set(pool))
    }
}
