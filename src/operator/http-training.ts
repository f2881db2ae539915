/** An exercise over HTTP: how it stands, and what the trainee does. Only where one is played. */
import type { FastifyInstance } from "fastify";
import { Failure } from "../model/failure.ts";
import { type Training, trainingActionSchema } from "../model/training.ts";
import { checked, HttpError } from "./http-answers.ts";
import { needs } from "./http-gate.ts";
import { describes } from "./http-openapi.ts";

export function addTraining(app: FastifyInstance, training: Training): void {
  app.get(
    "/api/v1/training",
    needs("see", describes({ tag: "training", summary: "How the exercise stands" })),
    async () => training.view(),
  );

  app.post(
    "/api/v1/training/actions",
    needs(
      "operate",
      describes({
        tag: "training",
        summary: "Judges a district, sends a crew, stops or starts the clock, ends the exercise",
        body: trainingActionSchema,
      }),
    ),
    async (request) => {
      const action = checked(trainingActionSchema, request.body);
      try {
        return await training.act(action);
      } catch (thrown) {
        if (thrown instanceof Failure) throw new HttpError(409, thrown.code, thrown.message);
        throw thrown;
      }
    },
  );
}
