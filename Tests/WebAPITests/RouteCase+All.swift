import Calls

@testable import WebAPI

extension RouteCase {
    static let all = native + aitelier + telzino + truedy + callingbox

    private static let listBody = BatchListTests.upload(
        "phone\n+15551230001\n",
        settings: #"{"name":"June","agent":"$","paused":true}"#
    )

    /// Routes that need no key, each because it has to.
    static let open: Set<String> = [
        // Asked by those who run the server, who have no key.
        "GET /healthz", "GET /readyz", "GET /metrics",
        // They say how to speak to the API, and nothing of anybody.
        "GET /openapi.yaml", "GET /docs", "GET /docs/style.css",
        // Opened by a signature.
        "GET /recordings/{file}",
        // Opened by the client's credentials.
        "POST /telzino/oauth/token",
    ]

    /// The agent of `TestServer`, changed.
    private static let otherAgent = TestServer.agent.replacing("Hello.", with: "Good morning.")

    private static let native: [RouteCase] = [
        RouteCase(
            "POST /v1/calls",
            .outboundTrigger,
            .agent,
            answers: 201,
            body: #"{"agent":"$","to":"+15551230001"}"#
        ),
        RouteCase("POST /v1/calls/{id}/cancel", .outboundTrigger, .waitingCall, answers: 202),
        RouteCase("PUT /v1/calls/{id}/who_answered", .outboundTrigger, .call, body: #"{"label":"person"}"#),
        RouteCase("GET /v1/calls", .sessionsRead),
        RouteCase("GET /v1/calls/{id}", .sessionsRead, .call),
        RouteCase("GET /v1/calls/{id}/attempts", .sessionsRead, .call),
        RouteCase("GET /v1/calls/{id}/trace", .sessionsRead, .call),
        RouteCase("GET /v1/calls/{id}/events", .sessionsRead, .call),
        RouteCase("GET /v1/calls/{id}/transcript", .sessionsReadTranscript, .call),
        RouteCase("GET /v1/calls/{id}/recording", .sessionsReadTranscript, .call),
        RouteCase("GET /v1/calls/{id}/webhooks", .webhooksManage, .call),
        RouteCase("GET /v1/events", .sessionsRead),
        RouteCase("GET /v1/events/stream", .sessionsRead, query: "after=0", isEndless: true),
        RouteCase("POST /v1/agents", .agentsManage, body: TestServer.agent, type: "application/yaml"),
        RouteCase("GET /v1/agents", .agentsManage),
        RouteCase("GET /v1/agents/{agent}", .agentsManage, .agent),
        RouteCase(
            "PUT /v1/agents/{agent}",
            .agentsManage,
            .agent,
            body: RouteCase.otherAgent,
            type: "application/yaml"
        ),
        RouteCase("DELETE /v1/agents/{agent}", .agentsManage, .idleAgent, answers: 204),
        RouteCase("GET /v1/agents/{agent}/versions", .agentsManage, .idleAgent),
        RouteCase("GET /v1/agents/{agent}/versions/{version}", .agentsManage, .agentVersion),
        RouteCase("POST /v1/agents/{agent}/versions/{version}/restore", .agentsManage, .agentVersion),
        RouteCase("POST /v1/agents/{agent}/rehearse", .agentsManage, .idleAgent, body: #"{"say":"Yes"}"#),
        RouteCase("GET /v1/trunks", .numbersManage),
        RouteCase("POST /v1/trunks/probe", .numbersManage, body: #"{"trunk":"lab"}"#),
        RouteCase("GET /v1/numbers", .numbersManage),
        RouteCase("GET /v1/numbers/available", .numbersManage),
        RouteCase("POST /v1/numbers", .numbersManage, answers: 201, body: #"{"number":"+15550100077"}"#),
        RouteCase("GET /v1/numbers/{id}", .numbersManage, .number),
        RouteCase("DELETE /v1/numbers/{id}", .numbersManage, .number, answers: 204),
        RouteCase("POST /v1/keys", .keysManage, answers: 201, body: "{}"),
        RouteCase("GET /v1/keys", .keysManage),
        RouteCase("GET /v1/keys/{id}", .keysManage, .key),
        RouteCase("POST /v1/keys/{id}/rotate", .keysManage, .key),
        RouteCase("DELETE /v1/keys/{id}", .keysManage, .key),
        RouteCase("GET /v1/calls/{id}/decisions", .sessionsRead, .call),
        RouteCase("POST /v1/calls/{id}/recording_url", .sessionsReadTranscript, .call),
        RouteCase("GET /v1/calls/{id}/audio", .sessionsReadTranscript, .call, answers: 409),
        RouteCase("POST /v1/calls/{id}/say", .outboundTrigger, .call, answers: 409, body: #"{"text":"Hello."}"#),
        RouteCase("POST /v1/calls/{id}/context", .outboundTrigger, .call, answers: 409, body: #"{"text":"Late."}"#),
        RouteCase("POST /v1/calls/{id}/dtmf", .outboundTrigger, .call, answers: 409, body: #"{"digits":"1"}"#),
        RouteCase("POST /v1/calls/{id}/mute", .outboundTrigger, .call, answers: 409),
        RouteCase("POST /v1/calls/{id}/unmute", .outboundTrigger, .call, answers: 409),
        RouteCase("POST /v1/calls/{id}/hangup", .outboundTrigger, .call, answers: 409),
        RouteCase("GET /v1/wallet", .billingRead),
        RouteCase("GET /v1/wallet/entries", .billingRead),
        RouteCase("GET /v1/billing", .billingRead),
        RouteCase("GET /v1/usage", .billingRead),
        RouteCase("GET /v1/policy", .suppressionManage),
        RouteCase("PATCH /v1/policy", .suppressionManage, body: #"{"dials_per_minute":7}"#),
        RouteCase("GET /v1/suppressions", .suppressionManage),
        RouteCase("POST /v1/suppressions", .suppressionManage, answers: 201, body: #"{"number":"+15551239998"}"#),
        RouteCase("GET /v1/suppressions/{number}", .suppressionManage, .suppression),
        RouteCase("DELETE /v1/suppressions/{number}", .suppressionManage, .suppression, answers: 204),
        RouteCase("POST /v1/suppressions/import", .suppressionManage, body: "number\n+15551239997\n", type: "text/csv"),
        RouteCase("POST /v1/batches/preview", .batchesManage, .agent, body: listBody, type: BatchListTests.type),
        RouteCase(
            "POST /v1/batches/import",
            .batchesManage,
            .agent,
            answers: 201,
            body: listBody,
            type: BatchListTests.type
        ),
        RouteCase("POST /v1/batches/{id}/forecast", .batchesManage, .batch),
        RouteCase("GET /v1/batches/{id}/results.csv", .batchesManage, .batch),
        RouteCase("GET /v1/suppressions/export", .suppressionManage),
        RouteCase("GET /v1/consents", .suppressionManage),
        RouteCase("POST /v1/consents", .suppressionManage, answers: 201, body: Subject.consentBody),
        RouteCase("GET /v1/consents/{id}", .suppressionManage, .consent),
        RouteCase("POST /v1/consents/{id}/revoke", .suppressionManage, .consent),
        RouteCase("GET /v1/batches", .batchesManage),
        RouteCase("POST /v1/batches", .batchesManage, .agent, answers: 201, body: Subject.batchBody),
        RouteCase("GET /v1/batches/{id}", .batchesManage, .batch),
        RouteCase("GET /v1/batches/{id}/events", .batchesManage, .canceledBatch),
        RouteCase("GET /v1/batches/{id}/contacts", .batchesManage, .batch),
        RouteCase(
            "POST /v1/batches/{id}/contacts",
            .batchesManage,
            .batch,
            body: #"{"contacts":[{"phone":"+15551230002"}]}"#
        ),
        RouteCase("POST /v1/batches/{id}/pause", .batchesManage, .batch, answers: 409),
        RouteCase("POST /v1/batches/{id}/resume", .batchesManage, .batch),
        RouteCase("POST /v1/batches/{id}/cancel", .batchesManage, .batch, answers: 202),
        // Nobody of it failed.
        RouteCase("POST /v1/batches/{id}/redial", .batchesManage, .canceledBatch, answers: 422),
        RouteCase("GET /v1/erasures", .suppressionManage),
        RouteCase("POST /v1/erasures", .suppressionManage, answers: 201, body: #"{"number":"+15551239996"}"#),
        RouteCase("GET /v1/erasures/{id}", .suppressionManage, .erasure),
        RouteCase("GET /v1/retention", .suppressionManage),
        // Only a live key changes it, and these are test keys.
        RouteCase("PUT /v1/retention", .suppressionManage, answers: 422, body: #"{"days":30}"#),
        RouteCase("DELETE /v1/retention", .suppressionManage, answers: 422),
        RouteCase("GET /v1/exports", .sessionsReadTranscript, query: "number=%2B15551230001"),
        RouteCase("GET /v1/webhooks/secret", .webhooksManage),
        RouteCase("POST /v1/webhooks/{id}/redeliver", .webhooksManage, .delivery, answers: 202),
        RouteCase("GET /v1/webhooks/deliveries", .webhooksManage),
        RouteCase("GET /v1/webhooks/deliveries/{id}", .webhooksManage, .delivery),
        RouteCase("POST /v1/webhooks/deliveries/{id}/redeliver", .webhooksManage, .delivery, answers: 202),
        RouteCase("GET /v1/webhooks/endpoints", .webhooksManage),
        RouteCase(
            "POST /v1/webhooks/endpoints",
            .webhooksManage,
            answers: 201,
            body: #"{"url":"https://example.com/e"}"#
        ),
        RouteCase("GET /v1/webhooks/endpoints/{id}", .webhooksManage, .endpoint),
        RouteCase("PATCH /v1/webhooks/endpoints/{id}", .webhooksManage, .endpoint, body: #"{"description":"Ours"}"#),
        RouteCase("DELETE /v1/webhooks/endpoints/{id}", .webhooksManage, .endpoint, answers: 204),
        RouteCase("POST /v1/webhooks/endpoints/{id}/rotate", .webhooksManage, .endpoint),
        RouteCase("POST /v1/webhooks/endpoints/{id}/test", .webhooksManage, .endpoint, answers: 202),
    ]

    private static let aitelier: [RouteCase] = [
        RouteCase(
            "POST /aitelier/v1/calls",
            .outboundTrigger,
            .agent,
            answers: 201,
            body: #"{"scenario":"$","phone":"+15551230001"}"#
        ),
        RouteCase("GET /aitelier/v1/calls/{id}", .sessionsRead, .session),
        RouteCase(
            "POST /aitelier/v1/batches",
            .outboundTrigger,
            .agent,
            answers: 201,
            body: BatchListTests.upload("phone,guest\n+15551230001,Ana\n", settings: #"{"scenario":"$"}"#),
            type: BatchListTests.type
        ),
        RouteCase("GET /aitelier/v1/batches/{id}", .sessionsRead, .batch),
        RouteCase("GET /aitelier/v1/batches/{id}/results.csv", .sessionsRead, .batch),
        RouteCase("GET /aitelier/v1/sessions", .sessionsRead),
        RouteCase("GET /aitelier/v1/sessions/{id}", .sessionsRead, .session),
        RouteCase("GET /aitelier/v1/sessions/{id}/transcript", .sessionsReadTranscript, .session),
        RouteCase("GET /aitelier/v1/sessions/{id}/recording", .sessionsReadTranscript, .session),
        RouteCase("GET /aitelier/v1/webhooks", .webhooksManage),
        RouteCase(
            "POST /aitelier/v1/webhooks",
            .webhooksManage,
            answers: 201,
            body: #"{"url":"https://example.com/a"}"#
        ),
        RouteCase("GET /aitelier/v1/webhooks/{id}", .webhooksManage, .aitelierEndpoint),
        RouteCase("PATCH /aitelier/v1/webhooks/{id}", .webhooksManage, .aitelierEndpoint, body: #"{"enabled":false}"#),
        RouteCase("DELETE /aitelier/v1/webhooks/{id}", .webhooksManage, .aitelierEndpoint),
    ]

    private static let telzino: [RouteCase] = [
        RouteCase("GET /telzino/v1/agents", .agentsManage),
        RouteCase(
            "POST /telzino/v1/agents",
            .agentsManage,
            .organization,
            answers: 201,
            body: #"{"name":"Desk","organizationId":"$","systemPrompt":"Be kind."}"#
        ),
        RouteCase("GET /telzino/v1/agents/{agent}", .agentsManage, .idleAgent),
        RouteCase(
            "POST /telzino/v1/organizations/{organization}/agents",
            .agentsManage,
            .organization,
            answers: 201,
            body: #"{"title":"Desk"}"#
        ),
        RouteCase("GET /telzino/v1/agents/{agent}/outbound-calls", .sessionsRead, .idleAgent),
        RouteCase(
            "POST /telzino/v1/agents/{agent}/outbound-calls",
            .outboundTrigger,
            .idleAgent,
            answers: 202,
            body: #"{"to_number":"+15551230001"}"#
        ),
        RouteCase("GET /telzino/v1/agents/{agent}/outbound-calls/{call}", .sessionsRead, .callOfAgent),
        RouteCase("GET /telzino/v1/agents/{agent}/call-logs", .sessionsReadTranscript, .idleAgent),
        RouteCase("GET /telzino/v1/agents/{agent}/call-logs/{call}", .sessionsReadTranscript, .callOfAgent),
    ]

    private static let truedy: [RouteCase] =
        [
            ("POST", "calls", .outboundTrigger, .agent, 201, #"{"agent_id":"$","phone_number":"+15551230001"}"#),
            ("GET", "calls", .sessionsRead, .none, 200, nil),
            ("GET", "calls/{id}", .sessionsRead, .call, 200, nil),
            ("GET", "calls/{id}/transcript", .sessionsReadTranscript, .call, 200, nil),
            ("GET", "calls/{id}/recording", .sessionsReadTranscript, .call, 200, nil),
            ("GET", "agents", .agentsManage, .none, 200, nil),
            ("POST", "agents", .agentsManage, .none, 201, #"{"name":"Desk","system_prompt":"Be kind."}"#),
            ("GET", "agents/{id}", .agentsManage, .agent, 200, nil),
            ("PATCH", "agents/{id}", .agentsManage, .agent, 200, #"{"name":"Desk"}"#),
            ("PUT", "agents/{id}", .agentsManage, .agent, 200, #"{"name":"Desk"}"#),
            ("DELETE", "agents/{id}", .agentsManage, .idleAgent, 200, nil),
            ("GET", "telephony/numbers", .numbersManage, .none, 200, nil),
            ("POST", "telephony/numbers/search", .numbersManage, .none, 200, "{}"),
            ("POST", "telephony/numbers/import", .numbersManage, .none, 201, #"{"phone_number":"+15550100077"}"#),
            (
                "POST", "telephony/numbers/assign", .numbersManage, .number, 200,
                #"{"number_id":"$","agent_id":"reminder"}"#
            ),
            (
                "POST", "telephony/numbers/unassign", .numbersManage, .number, 200,
                #"{"number_id":"$","agent_id":"reminder"}"#
            ),
            ("DELETE", "telephony/numbers/{id}", .numbersManage, .number, 200, nil),
            ("GET", "batch-calls", .batchesManage, .none, 200, nil),
            (
                "POST", "batch-calls", .batchesManage, .agent, 201,
                #"{"name":"Spring","agent_id":"$","contacts":[{"phone_number":"+15551230001"}]}"#
            ),
            ("GET", "batch-calls/{id}", .batchesManage, .batch, 200, nil),
            ("POST", "batch-calls/{id}/pause", .batchesManage, .batch, 409, nil),
            ("POST", "batch-calls/{id}/resume", .batchesManage, .batch, 200, nil),
            ("POST", "batch-calls/{id}/cancel", .batchesManage, .batch, 200, nil),
        ].map { (method: String, path: String, scope: Scope, subject: Subject, status: Int, body: String?) in
            RouteCase("\(method) /truedy/api/public/v1/\(path)", scope, subject, answers: status, body: body)
        }
        + [
            RouteCase(
                "POST /truedy/api/public/v1/telephony/numbers/purchase",
                .numbersManage,
                answers: 201,
                body: #"{"phone_number":"+15550100066"}"#,
                isFirstCome: true
            )
        ]

    private static let callingbox: [RouteCase] =
        [
            ("POST", "calls", .outboundTrigger, .idleAgent, 201, #"{"agent_id":"$","to":"+15551230001"}"#),
            ("GET", "calls", .sessionsRead, .none, 200, nil),
            ("GET", "calls/{id}", .sessionsRead, .call, 200, nil),
            ("GET", "calls/{id}/transcript", .sessionsReadTranscript, .call, 200, nil),
            ("GET", "agents", .agentsManage, .none, 200, nil),
            ("POST", "agents", .agentsManage, .none, 201, #"{"name":"Desk","type":"outbound"}"#),
            ("GET", "agents/{id}", .agentsManage, .idleAgent, 200, nil),
            ("PATCH", "agents/{id}", .agentsManage, .idleAgent, 200, #"{"name":"Desk"}"#),
            ("DELETE", "agents/{id}", .agentsManage, .idleAgent, 200, nil),
            ("POST", "agents/{id}/numbers", .agentsManage, .looseNumber, 200, #"{"number_id":"$"}"#),
            ("DELETE", "agents/{id}/numbers/{number_id}", .agentsManage, .attachedNumber, 200, nil),
            ("PUT", "agents/{id}/primary-number", .agentsManage, .attachedNumber, 200, #"{"number_id":"$"}"#),
            ("GET", "numbers", .numbersManage, .none, 200, nil),
            ("GET", "numbers/available", .numbersManage, .none, 200, nil),
            ("GET", "webhook_endpoints", .webhooksManage, .none, 200, nil),
            ("POST", "webhook_endpoints", .webhooksManage, .none, 201, #"{"url":"https://example.com/f"}"#),
            ("GET", "webhook_endpoints/{id}", .webhooksManage, .callingBoxEndpoint, 200, nil),
            ("PATCH", "webhook_endpoints/{id}", .webhooksManage, .callingBoxEndpoint, 200, #"{"description":"Ours"}"#),
            ("DELETE", "webhook_endpoints/{id}", .webhooksManage, .callingBoxEndpoint, 200, nil),
            ("POST", "webhook_endpoints/{id}/rotate_secret", .webhooksManage, .callingBoxEndpoint, 200, nil),
            ("GET", "webhook_deliveries", .webhooksManage, .none, 200, nil),
            ("GET", "webhook_deliveries/{id}", .webhooksManage, .callingBoxDelivery, 200, nil),
            ("POST", "webhook_deliveries/{id}/redeliver", .webhooksManage, .callingBoxDelivery, 200, nil),
        ].map { (method: String, path: String, scope: Scope, subject: Subject, status: Int, body: String?) in
            RouteCase("\(method) /callingbox/v1/\(path)", scope, subject, answers: status, body: body)
        } + [
            RouteCase(
                "POST /callingbox/v1/numbers/purchase",
                .numbersManage,
                answers: 201,
                body: #"{"phone_number":"+15550100066"}"#,
                isFirstCome: true
            )
        ]
}
