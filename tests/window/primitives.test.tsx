// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import axe from 'axe-core';
import { Plus, Server } from 'lucide-react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { toWire, AppError } from '../../shared/errors.ts';
import { speak } from '../../renderer/i18n/language.ts';
import { Badge, Card, Empty, SkeletonRows } from '../../renderer/ui/Blocks.tsx';
import { Button, IconButton } from '../../renderer/ui/Button.tsx';
import { Checkbox, Field, Select, Switch } from '../../renderer/ui/Controls.tsx';
import { ErrorBlock } from '../../renderer/ui/ErrorBlock.tsx';
import { Age, Meter, Sparkline } from '../../renderer/ui/Figures.tsx';
import { Dialog, Menu, Tabs } from '../../renderer/ui/Popups.tsx';
import { Shortcut } from '../../renderer/ui/Shortcut.tsx';
import { StateMark } from '../../renderer/ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../../renderer/ui/Table.tsx';
import './terminal.fixtures.ts';

beforeEach(() => speak('en'));
afterEach(cleanup);

it('have names and roles that axe finds nothing wrong with', async () => {
  const { container } = render(
    <main>
      <h1>Everything</h1>
      <Card title="Repositories" detail="5" actions={<Badge icon={Server}>1 degraded</Badge>}>
        <Table label="Repositories">
          <TableHead>
            <Th>State</Th>
            <Th right>Used</Th>
          </TableHead>
          <tbody>
            <Row>
              <Td>
                <StateMark tone="ok">Running</StateMark>
              </Td>
              <Td right>
                <Meter share={0.6} label="Used by mail" />
              </Td>
            </Row>
          </tbody>
        </Table>
        <SkeletonRows rows={2} label="Loading" />
      </Card>
      <Empty icon={Server} title="No machine yet" action={<Button look="primary">Add one</Button>}>
        Add one.
      </Empty>
      <Sparkline values={[1, 2, 3]} top={4} />
      <Age at={Date.now()} />
      <IconButton icon={Plus} label="Add" />
      <Switch on label="Autostart of mail" onChange={() => undefined} />
      <Checkbox checked={false} onChange={() => undefined}>
        Forks too
      </Checkbox>
      <Field label="Host" error="Type a host." />
      <Select label="Theme" value="a" options={[{ value: 'a', label: 'A' }]} onChange={() => undefined} />
      <ErrorBlock error={toWire(new AppError('no-context'))} />
      <Tabs label="Parts" value="one" tabs={[{ value: 'one', label: 'One' }]} onChange={() => undefined}>
        One
      </Tabs>
    </main>,
  );
  const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

it('say what is wrong in the language of the window, and at once in another', () => {
  render(<ErrorBlock error={toWire(new AppError('root-needed'))} />);
  expect(screen.getByRole('alert').textContent).toContain('renet needs root rights');
  cleanup();
  speak('fr');
  render(<ErrorBlock error={toWire(new AppError('root-needed'))} />);
  expect(screen.getByRole('alert').textContent).not.toContain('renet needs root rights');
});

it('close a dialog by Escape', () => {
  const onClose = vi.fn();
  render(
    <Dialog title="Stop mail?" onClose={onClose}>
      It stops.
    </Dialog>,
  );
  expect(screen.getByRole('dialog', { name: 'Stop mail?' })).toBeDefined();
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  expect(onClose).toHaveBeenCalledOnce();
});

it('choose from a menu', async () => {
  const onSelect = vi.fn();
  render(<Menu trigger={<Button>More</Button>} groups={[[{ id: 'down', label: 'Down', onSelect }]]} />);
  fireEvent.click(screen.getByRole('button', { name: 'More' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Down' }));
  expect(onSelect).toHaveBeenCalledOnce();
});

it('are told of the keys in the signs of their computer', () => {
  const signs = (userAgent: string): string | null => {
    cleanup();
    vi.stubGlobal('navigator', { userAgent });
    return render(<Shortcut keys="Mod+Shift+P" />).container.textContent;
  };
  expect(signs('Mozilla/5.0 (X11; Linux x86_64)')).toBe('Ctrl Shift P');
  expect(signs('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)')).toBe('⌘ ⇧ P');
  vi.unstubAllGlobals();
});
