/** `device.pair.*` and `device.token.*`: administration of paired devices. */
import { devicesMethods } from "../../../shared/protocol/methods/devices.ts";
import type { PairingAnnouncer } from "../auth/authenticate.ts";
import { type PairingStore, withoutSecrets } from "../auth/pairing-store.ts";
import { implement, type Method } from "../rpc/implement.ts";

export function devicesHandlers(pairing: PairingStore, announce: PairingAnnouncer): Method[] {
  return implement(devicesMethods, {
    "device.pair.list": () => pairing.list(),

    "device.pair.approve": ({ requestId }) => {
      const request = pairing.find(requestId);
      const device = pairing.approve(requestId);
      announce.resolved(request, "approved");
      return { requestId, device: withoutSecrets(device) };
    },

    "device.pair.reject": ({ requestId }) => {
      const request = pairing.reject(requestId);
      announce.resolved(request, "rejected");
      return { requestId, deviceId: request.deviceId };
    },

    "device.token.rotate": ({ deviceId, role, scopes }) => {
      const token = pairing.rotateToken(deviceId, role, scopes);
      return {
        deviceId,
        role,
        token: token.token,
        scopes: token.scopes,
        rotatedAtMs: token.rotatedAtMs ?? 0,
      };
    },

    "device.token.revoke": ({ deviceId, role }) => ({
      deviceId,
      role,
      revokedAtMs: pairing.revokeToken(deviceId, role),
    }),
  });
}
