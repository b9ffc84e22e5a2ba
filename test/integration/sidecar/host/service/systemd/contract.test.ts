import { serviceManagerContract } from "../../../../../contracts/service-manager.ts";
import { test } from "../../../../../helpers/service/systemd-service.ts";

test.describe("SystemdManager", () => serviceManagerContract(test));
