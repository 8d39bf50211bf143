import './cspNonce';
import { defineApp } from './components/app';
import { registerControls } from './components/controls/register';
import { connectToHost } from './host';
import './main.css';
import { PanelStore } from './state/panelStore';

registerControls();
const store = new PanelStore(connectToHost());
defineApp(store);
void store.start();
