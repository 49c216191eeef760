package import Calls
import FoundationEssentials
import Storage

/// Whether the end of a call has reached the URL that the call or its agent names.
package enum WebhookStanding: Sendable, Hashable {
    /// There is no such URL, or the door tells it nothing of an end.
    case none
    /// The call goes on, or its end is still being told.
    case pending
    case delivered
    /// Every try failed; the reason is that of the last one.
    case failed(String)
}

extension WebhookControl {
    package func standing(of call: Call) async throws -> WebhookStanding {
        try await standings(of: [call])[call.id] ?? .none
    }

    /// For a page of calls, by one question.
    package func standings(of calls: [Call]) async throws -> [Call.ID: WebhookStanding] {
        let told = try await deliveries.inline(of: calls.filter(\.lifecycle.status.isFinal).map(\.id))
        let byCall = Dictionary(grouping: told, by: \.call)
        return Dictionary(calls.map { ($0.id, standing(of: $0, among: byCall[$0.id] ?? [])) }) { first, _ in first }
    }

    private func standing(of call: Call, among told: [DeliveryStore.Standing]) -> WebhookStanding {
        guard call.webhookURL != nil, let format = formats[call.request.door] else { return .none }
        guard call.lifecycle.status.isFinal else { return .pending }
        let at = call.lifecycle.ending?.at ?? call.createdAt
        let last = [CallEvent.status(of: call, at: at), .ended(call, at: at)].flatMap {
            format.types(of: $0, isRepeated: false, for: .inline)
        }
        guard !last.isEmpty else { return .none }
        guard let end = told.last(where: { last.contains($0.type) }) else { return .pending }
        return switch end.status {
        case .pending: .pending
        case .delivered: .delivered
        case .exhausted: .failed(end.lastError ?? "It was given up")
        }
    }
}
