import { useEffect, useState } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { Keychain } from '../../shared/api/apiModel.ts';

/** Whether this computer has a keychain for a passphrase; unknown until it has answered, or without a client. */
export function useKeychain(api: ApiClient | undefined): Keychain['state'] | undefined {
  const [state, setState] = useState<Keychain['state']>();
  useEffect(() => {
    let gone = false;
    void api
      ?.call('app.info', {})
      .then(({ keychain }) => gone || setState(keychain.state))
      // Without an answer nothing is offered.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [api]);
  return state;
}
