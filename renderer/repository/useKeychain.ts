import { useEffect, useState } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { Keychain } from '../../shared/api/apiModel.ts';

/**
 * Returns whether this computer has a keychain for a passphrase. Returns undefined until the program has answered, and
 * without an `api`.
 */
export function useKeychain(api: ApiClient | undefined): Keychain['state'] | undefined {
  const [state, setState] = useState<Keychain['state']>();
  useEffect(() => {
    let gone = false;
    void api
      ?.call('app.info', {})
      .then(({ keychain }) => gone || setState(keychain.state))
      // Without an answer, remembering is not offered.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return state;
}
