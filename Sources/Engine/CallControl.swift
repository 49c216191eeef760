package import Calls

/// The counter at which all doors stand: place, look up, cancel.
package struct CallControl: Sendable {
    /// What a door asks for. `agent` is an id or a slug.
    package struct Placement: Sendable {
        package var agent: String
        package var from: PhoneNumber?
        package var request: CallRequest

        package init(agent: String, from: PhoneNumber?, request: CallRequest) {
            self.agent = agent
            self.from = from
            self.request = request
        }
    }

    package struct Filter: Sendable, Hashable {
        package var status: CallStatus?
        package var agent: Agent.ID?
        package var destination: PhoneNumber?

        package init(status: CallStatus? = nil, agent: Agent.ID? = nil, destination: PhoneNumber? = nil) {
            self.status = status
            self.agent = agent
            self.destination = destination
        }
    }

    /// Stores the call durably and wakes the dispatcher. When this returns, the call will be placed even if the process dies now.
    package func place(_ placement: Placement, project: Project.ID) async throws -> Call { fatalError() }

    package func call(_ id: Call.ID, project: Project.ID) async throws -> Call { fatalError() }

    /// Newest first. `before` is the last id of the page before. Asks for one more than `limit` itself to know whether more follow.
    package func calls(
        _ filter: Filter,
        before: Call.ID?,
        limit: Int,
        project: Project.ID
    ) async throws -> (calls: [Call], hasMore: Bool) { fatalError() }

    /// Cancels a call that is not answered yet, hangs up one that is.
    package func cancel(_ id: Call.ID, project: Project.ID) async throws -> Call { fatalError() }

    package func transcript(_ id: Call.ID, project: Project.ID) async throws -> [TranscriptEntry] { fatalError() }

    /// Where the finished recording lies.
    package func recordingPath(_ id: Call.ID, project: Project.ID) async throws -> String { fatalError() }

    package func attempts(_ id: Call.ID, project: Project.ID) async throws -> [Attempt] { fatalError() }

    /// What happened since `after` (0: from the beginning), then what happens, until the call is over.
    package func events(_ id: Call.ID, after: Int64, project: Project.ID) async throws -> AsyncStream<CallEvent> {
        fatalError()
    }
}
