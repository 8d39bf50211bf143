import '../cspNonce';
import { registerControls } from '../components/controls/register';
import '../main.css';
import './page.css';
import { connectToLabelingHost } from './labelingHost';
import { defineLabelingPage } from './labelingPage';
import { LabelingStore } from './labelingStore';

registerControls();
const store = new LabelingStore(connectToLabelingHost());
defineLabelingPage(store);
void store.start();
