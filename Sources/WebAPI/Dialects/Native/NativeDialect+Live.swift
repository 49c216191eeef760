import Calls
import Engine
import FoundationEssentials
import Hummingbird

// What is asked of a live call. Each answers 202 with the call: it has been told, and what comes of it is in its events and its transcript.
extension NativeDialect {
    func addLiveRoutes(to door: DoorRoutes) {
        door.group("v1/calls", needing: .outboundTrigger)
            .post(":id/say", use: say)
            .post(":id/context", use: addContext)
            .post(":id/dtmf", use: press)
            .post(":id/mute", use: mute)
            .post(":id/unmute", use: unmute)
            .post(":id/hangup", use: hangUp)
        door.group("v1/calls", needing: .sessionsReadTranscript)
            .get(":id/audio", use: listen)
    }

    @Sendable
    private func say(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        let body = try await request.jsonObject(accepting: ["text", "interrupt"])
        return accepted(
            try await calls.say(
                try body.required("text"),
                interrupting: try body.truth("interrupt") ?? false,
                on: try context.callID(),
                project: context.project
            )
        )
    }

    @Sendable
    private func addContext(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        let body = try await request.jsonObject(accepting: ["text", "variables"])
        return accepted(
            try await calls.addContext(
                try body.string("text"),
                variables: try body.object("variables") ?? [:],
                to: try context.callID(),
                project: context.project
            )
        )
    }

    @Sendable
    private func press(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        let body = try await request.jsonObject(accepting: ["digits"])
        return accepted(
            try await calls.press(try body.required("digits"), on: try context.callID(), project: context.project)
        )
    }

    @Sendable
    private func mute(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        accepted(try await calls.mute(true, try context.callID(), project: context.project))
    }

    @Sendable
    private func unmute(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        accepted(try await calls.mute(false, try context.callID(), project: context.project))
    }

    @Sendable
    private func hangUp(_ request: Request, _ context: ProjectContext) async throws -> EditedResponse<NativeCall> {
        let body = try await request.jsonObject(accepting: ["goodbye"], orNothing: true)
        let goodbye = try body.truth("goodbye") ?? false
        return accepted(try await calls.hangUp(try context.callID(), goodbye: goodbye, project: context.project))
    }

    /// 200 with audio for as long as the call lasts.
    @Sendable
    private func listen(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let sounds = try await calls.listen(to: try context.callID(), project: context.project)
        return LiveAudio(sounds: sounds, interval: heartbeat, while: { await context.watch.isStillGood() }).response(
            to: request
        )
    }

    private func accepted(_ call: Call) -> EditedResponse<NativeCall> {
        EditedResponse(status: .accepted, response: NativeCall(call, certainty: .sent))
    }
}
