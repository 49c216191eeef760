import Calls
import Engine
import Hummingbird

extension CallingBoxDialect {
    func addNumberRoutes(to door: DoorRoutes) {
        door.group("v1/numbers", needing: .numbersManage)
            .get(use: listNumbers)
            .get("available", use: availableNumbers)
            .post("purchase", use: purchaseNumber)
    }

    @Sendable
    private func listNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: CallingBoxPaging<OwnedNumber>.parameters)
        let paging = try CallingBoxPaging<OwnedNumber>(query)
        let newestFirst = Array(try await numbers.numbers(project: context.project).reversed())
        guard let limit = paging.limit else {
            return try context.responseEncoder.encode(
                newestFirst.map(CallingBoxNumber.init),
                from: request,
                context: context
            )
        }
        func place(_ id: OwnedNumber.ID, _ name: String) throws -> Int {
            guard let place = newestFirst.firstIndex(where: { $0.id == id }) else {
                throw CallingBoxPaging<OwnedNumber>.unknown(name, query[name] ?? "")
            }
            return place
        }
        let rest: ArraySlice<OwnedNumber>
        let page: ArraySlice<OwnedNumber>
        switch paging.cursor {
        case .newest: (rest, page) = (newestFirst[...], newestFirst.prefix(limit))
        case .after(let id):
            rest = newestFirst[(try place(id, "starting_after") + 1)...]
            page = rest.prefix(limit)
        case .before(let id):
            rest = newestFirst[..<(try place(id, "ending_before"))]
            page = rest.suffix(limit)
        }
        return try CallingBoxPage(data: page.map(CallingBoxNumber.init), hasMore: rest.count > page.count)
            .response(from: request, context: context)
    }

    /// Numbers that the operator offers and no project has. A number that no numbering plan knows suits every country.
    @Sendable
    private func availableNumbers(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let query = try Query(request, accepting: ["country_code", "area_code", "number_type", "limit"])
        let type: CallingBoxNumberType? = try query.word("number_type")
        let limit = try query.integer("limit", in: 1...Int.max)
        let found = try await numbers.available().lazy
            .filter { number in query["area_code"].map { number.digits.hasPrefix("1" + $0) } ?? true }
            .map(CallingBoxAvailableNumber.init)
            .filter { number in
                guard let wanted = query["country_code"], let country = number.countryCode else { return true }
                return country == wanted.uppercased()
            }
            .filter { type == nil || $0.numberType == type }
        return try context.responseEncoder.encode(
            Array(found.prefix(limit ?? .max)),
            from: request,
            context: context
        )
    }

    @Sendable
    private func purchaseNumber(
        _ request: Request,
        _ context: ProjectContext
    ) async throws -> EditedResponse<CallingBoxNumber> {
        let body = try await request.jsonObject(accepting: nil)
        let wanted = try body.phoneNumber("phone_number") ?? body.phoneNumber("e164")
        guard let wanted else { throw RequestProblem.missingField("phone_number") }
        let owned = try await numbers.take(wanted, name: try body.string("friendly_name"), project: context.project)
        return EditedResponse(status: .created, response: CallingBoxNumber(owned))
    }
}
